"""`mesh dashboard`: the pages of the addons, in a browser."""
