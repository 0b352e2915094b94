"""What is a card number and what is not: one table for the rule of the tills and for that of the database."""

from typing import Final

# Numbers that the card schemes publish for tests.
VISA: Final = "4111111111111111"
SHORTEST: Final = "676770000005"

CARDS: Final = (
    VISA,
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111 - 1111 - 1111 - 1111",
    "4111.1111.1111.1111",
    "4111\u20111111\u20131111\u20141111",  # three kinds of Unicode dash
    "4111\u00a01111\u20091111\u30001111",  # three kinds of Unicode space
    "4111\u200b1111\u200b1111\u200b1111",  # zero-width spaces
    "\uff14\uff11\uff11\uff11" * 1 + "111111111111",  # full-width digits
    "".join(chr(0x0660 + int(d)) for d in VISA),  # Arabic-Indic digits
    f"paid by {VISA} ok",
    f"ref 12 {VISA}",
    f"00{VISA}99",
    f"A{VISA}B",
    "378282246310005",
    "30569309025904",
    "6304000000000000",
    "4222222222222",
    "6011000990139424",
    "2223003122003222",
    SHORTEST,
    "4111/1111/1111/1111",
    "4111_1111,1111:1111",
    "4111*1111|1111 - 1111",
    "ref 5500-0000-0000-0004.",
)
STRIPES: Final = (
    "%B4111111111111112^CARDHOLDER/TEST^2512101000?",
    ";4111111111111112=25121010000?",
    "4111111111111112=2512",
    "b12345678^x",
)
PHONES: Final = (
    "+43 660 1234567",
    "+436601234567890",
    "+4222222222222",  # passes as a card number without its +
    "0043 660 123 45 67",
    "0660/123 45 67",
    "(0660) 1234-5676",
    "436601234563",  # 12 digits that pass the check
    "Anna, +48 501 222 333, 2nd row",
    "call 0660 1234567 or +43 1 5880 4321",
    "070 1234567",
)
HONEST: Final = (
    "",
    "123456",
    "AUTH 004512",
    "4111111111111112",
    "000000000000",
    "12/11/2026 20:15",
    "R-88231/7",
    "A1B2C3D4E5F6",
    "4111 1111 1111 1112",
)
