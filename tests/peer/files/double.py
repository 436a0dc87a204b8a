from pyscript import sync

sync.double = lambda number: number * 2
