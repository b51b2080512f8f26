"""The law as dated data: rules of the petition, forbidden subjects, reasons of rejection, working days."""
