from pyscript import sync


def total(numbers):
    result = 0
    for number in numbers:
        result += number
    return result


sync.total = total
