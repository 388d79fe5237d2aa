"""Icons, style and licences that travel with the program."""
