"""The cashier's shift: float, cash beside sales, X report, blind count, Z report; and all tills' shifts of a day."""
