"""What measures the bot and tries it: never part of it."""
