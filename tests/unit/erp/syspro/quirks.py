"""The particulars of e.net, numbered: each is kept by a test that has its number in its name (q07).

The sections are those of facts/syspro.md.
"""

from __future__ import annotations

QUIRKS: dict[int, tuple[str, str]] = {
    1: ("Failures have status 200: a text that begins with ERROR, or errors inside a document at any depth", "2"),
    2: ("The session's id has two blanks at its end and goes back as it came, percent-encoded", "2"),
    3: ("An answer can be quoted as JSON or wrapped in <string>", "2"),
    4: ("Logon takes all four parameters, also the empty ones", "2"),
    5: ("An error for a session that is gone says something else: any ERROR means log on again, once", "2"),
    6: ("Exception 100000 is an object that is not installed or licensed, and no end of a session", "2"),
    7: ("ErrorNumber 100000 inside a document is no licence matter", "2"),
    8: ("A second logon of an operator ends the first: one worker at a time", "2"),
    9: ("A session that is not logged off keeps a licence seat", "2"),
    10: ("Names come in lower case, with a prefix, or twice", "2"),
    11: ("Numbers are blank padded, and may be edited beside an unedited twin", "2"),
    12: ("No date is 0000-00-00 or empty", "2"),
    13: ("Keys are stored with zeros to 15 and shown without; COMFND compares as stored", "2"),
    14: ("A note's number can be 000346/0001", "1"),
    15: ("Documents are Windows-1252: what that does not have cannot be written", "2"),
    16: ("Unknown elements vanish without a word: what was written is read back", "2"),
    17: ("ValidateOnly left out can mean that nothing is done: it is always sent", "1"),
    18: ("COMFND has EQ, GE, LE and LIKE only: pages go by GE, and the known row is dropped", "3"),
    19: ("No Row and an error 240004 both mean that nothing was found", "3"),
    20: ("A note has no time of creation: each poll reads the whole set", "1, 7"),
    21: ("A note goes from ready to invoiced between two polls", "7"),
    22: ("A note covers several orders, and its own SalesOrder can be blank", "1"),
    23: ("ShippingInstrsCod stands on the sales order only", "1"),
    24: ("Lines of types 1 and 7 are goods", "1"),
    25: ("A kit's parent and its components would weigh twice", "5"),
    26: ("Mass is per stocking unit, zero is missing", "5"),
    27: ("State goes before line 4; anything can stand in line 5", "5"),
    28: ("An empty value beside ValueNull N is a value: Update, not Add", "6"),
    29: ("Add on a value that is there is a duplicate key: then Update, once", "6"),
    30: ("Several notes of an order share its form", "6"),
    31: ("SORTDH may empty what is left out: all four fields are sent", "6"),
    32: ("Texts about memory, SQL or tables are the system's: it may have been done all the same", "2"),
    33: ("An address takes some 8,000 characters: several queries, or PostLD", "2"),
    34: ("Password and session stand in the address", "2"),
    35: ("A refused logon is tried once: accounts lock", "7"),
    36: ("The feed has credentials of its own, literals of version 4 and pages of its own size", "4"),
}
"""Number → the particular, and its section."""
