"""The one TOML file and the vendors as data: read as a whole, checked as a whole, resolved into plain values.

`load.load` and `load.read` give a `values.Config`; `store.write_first` makes the first file.
"""
