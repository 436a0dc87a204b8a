import code

# A terminal shows colours: 32 is green, 0 ends it.
print("\033[32mThis is Python, in a terminal.\033[0m")
print('Try 6 * 7, or input("Your name? "), or help().')
# From here on, what you type is run.
code.interact()
