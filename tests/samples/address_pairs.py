"""Pairs of US addresses: what an ERP has, what a carrier's validation knows, and whether they are the same place.

Writings are those of public reports and of the United States Postal Service's Publication 28; places are invented.
"""

from __future__ import annotations

from shared.domain.address import Address

Pair = tuple[str, str, bool]
"""Two addresses, each "line / line | city | state | postcode", and whether they are one."""

SAME: tuple[tuple[str, str], ...] = (
    # case, punctuation, suffixes and directions
    ("1 Dock Street | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207-1234"),
    ("1 Dock St. | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    ("1 dock st | albany | ny | 122071234", "1 DOCK ST | ALBANY | NY | 12207-1234"),
    ("1300 North Canterbury Road | Albany | NY | 12207", "1300 N CANTERBURY RD | ALBANY | NY | 12207"),
    ("1300 N. Canterbury Rd. | Albany | NY | 12207", "1300 N CANTERBURY RD | ALBANY | NY | 12207"),
    ("1 N.W. 5th St | Miami | FL | 33128", "1 NW 5TH ST | MIAMI | FL | 33128"),
    ("1 North West 5th Street | Miami | FL | 33128", "1 NW 5TH ST | MIAMI | FL | 33128"),
    ("1 Northwest Fifth Street | Miami | FL | 33128", "1 NW 5TH ST | MIAMI | FL | 33128"),
    ("1234 Test North Street | Albany | NY | 12207", "1234 TEST ST N | ALBANY | NY | 12207"),
    ("1234 Test St North | Albany | NY | 12207", "1234 TEST ST N | ALBANY | NY | 12207"),
    ("1234 N Test St | Albany | NY | 12207", "1234 TEST ST N | ALBANY | NY | 12207"),
    ("88 Old Mill Parkway | Albany | NY | 12207", "88 OLD MILL PKWY | ALBANY | NY | 12207"),
    ("400 Commerce Center Drive | Albany | NY | 12207", "400 COMMERCE CENTER DR | ALBANY | NY | 12207"),
    ("400 Commerce Ctr Dr | Albany | NY | 12207", "400 COMMERCE CENTER DR | ALBANY | NY | 12207"),
    ("12 Mount Vernon Avenue | Albany | NY | 12207", "12 MT VERNON AVE | ALBANY | NY | 12207"),
    ("12 Fort Hill Terrace | Albany | NY | 12207", "12 FT HILL TER | ALBANY | NY | 12207"),
    ("5 Saint James Place | Albany | NY | 12207", "5 ST JAMES PL | ALBANY | NY | 12207"),
    ("5 St. James Place | Albany | NY | 12207", "5 SAINT JAMES PL | ALBANY | NY | 12207"),
    ("22 O'Brien Lane | Albany | NY | 12207", "22 OBRIEN LN | ALBANY | NY | 12207"),
    ("22 O\u2019Brien Ln | Albany | NY | 12207", "22 O BRIEN LN | ALBANY | NY | 12207"),
    ("22 Martin's Way | Albany | NY | 12207", "22 MARTINS WAY | ALBANY | NY | 12207"),
    ("22 Winston-Salem Ave | Albany | NY | 12207", "22 WINSTON SALEM AVE | ALBANY | NY | 12207"),
    ("1 Dock | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    ("99 Peña Boulevard | Denver | CO | 80249", "99 PENA BLVD | DENVER | CO | 80249"),
    # house numbers
    ("37-10 114th Street | Corona | NY | 11368", "3710 114TH ST | CORONA | NY | 11368"),
    ("37-10 114th Street | Corona | NY | 11368", "37-10 114TH ST | CORONA | NY | 11368"),
    ("12 1/2 Elm Street | Albany | NY | 12207", "12 1/2 ELM ST | ALBANY | NY | 12207"),
    ("12B Elm Street | Albany | NY | 12207", "12 B ELM ST | ALBANY | NY | 12207"),
    ("W164N5361 Water Street | Menomonee Falls | WI | 53051", "W164N5361 WATER ST | MENOMONEE FALLS | WI | 53051"),
    ("One Penn Plaza | New York | NY | 10119", "1 PENN PLZ | NEW YORK | NY | 10119"),
    # numbered streets, highways
    ("10 Fifth Avenue | New York | NY | 10011", "10 5TH AVE | NEW YORK | NY | 10011"),
    ("2200 Highway 35 North | Albany | NY | 12207", "2200 HIGHWAY 35 N | ALBANY | NY | 12207"),
    ("2200 Hwy 35 | Albany | NY | 12207", "2200 HIGHWAY 35 | ALBANY | NY | 12207"),
    ("2200 US Route 9W | Albany | NY | 12207", "2200 US HIGHWAY 9W | ALBANY | NY | 12207"),
    ("2200 State Route 7 | Albany | NY | 12207", "2200 STATE ROUTE 7 | ALBANY | NY | 12207"),
    ("415 County Road 12 | Albany | NY | 12207", "415 COUNTY ROAD 12 | ALBANY | NY | 12207"),
    ("415 CR 12 | Albany | NY | 12207", "415 COUNTY ROAD 12 | ALBANY | NY | 12207"),
    ("RR 2 Box 7 | Albany | NY | 12207", "RR 2 BOX 7 | ALBANY | NY | 12207"),
    ("HC 1 Box 23 | Albany | NY | 12207", "HC 1 BOX 23 | ALBANY | NY | 12207"),
    # units
    ("1 Dock St / Suite 5 | Albany | NY | 12207", "1 DOCK ST STE 5 | ALBANY | NY | 12207"),
    ("Suite 5 / 1 Dock St | Albany | NY | 12207", "1 DOCK ST STE 5 | ALBANY | NY | 12207"),
    ("1 Dock St, Ste. 5 | Albany | NY | 12207", "1 DOCK ST / STE 5 | ALBANY | NY | 12207"),
    ("1 Dock St #5 | Albany | NY | 12207", "1 DOCK ST STE 5 | ALBANY | NY | 12207"),
    ("1 Dock St Suite #5 | Albany | NY | 12207", "1 DOCK ST STE 5 | ALBANY | NY | 12207"),
    ("1 Dock St Apartment 2B | Albany | NY | 12207", "1 DOCK ST APT 2B | ALBANY | NY | 12207"),
    ("1 Dock St Apt 2-B | Albany | NY | 12207", "1 DOCK ST APT 2B | ALBANY | NY | 12207"),
    ("1 Dock St / 3rd Floor | Albany | NY | 12207", "1 DOCK ST FL 3 | ALBANY | NY | 12207"),
    ("1 Dock St / Floor 3 | Albany | NY | 12207", "1 DOCK ST FL 3 | ALBANY | NY | 12207"),
    ("1 Dock St / Building C / Unit 4 | Albany | NY | 12207", "1 DOCK ST BLDG C UNIT 4 | ALBANY | NY | 12207"),
    ("1 Dock St / Dock 12 | Albany | NY | 12207", "1 DOCK ST DOCK 12 | ALBANY | NY | 12207"),
    ("1 Dock St / Rear | Albany | NY | 12207", "1 DOCK ST REAR | ALBANY | NY | 12207"),
    # a line that only names the place
    ("Empire Logistics Park / 1 Dock St / Suite 5 | Albany | NY | 12207", "1 DOCK ST STE 5 | ALBANY | NY | 12207"),
    ("Receiving Gate B / 1 Dock St | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    ("1 Dock St / Northern Distribution Centre | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    ("c/o Acme / 1 Dock St | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    # towns
    ("9 Market St | St. Louis | MO | 63101", "9 MARKET ST | SAINT LOUIS | MO | 63101"),
    ("9 Market St | St Louis | MO | 63101", "9 MARKET ST | SAINT LOUIS | MO | 63101"),
    ("9 Market St | Ft. Worth | TX | 76102", "9 MARKET ST | FORT WORTH | TX | 76102"),
    ("9 Market St | Mt Vernon | NY | 10550", "9 MARKET ST | MOUNT VERNON | NY | 10550"),
    ("9 Calle Sol | Mayagüez | PR | 00680", "9 CALLE SOL | MAYAGUEZ | PR | 00680"),
    ("9 Market St | Coeur d'Alene | ID | 83814", "9 MARKET ST | COEUR D ALENE | ID | 83814"),
    ("9 Market St | O'Fallon | MO | 63366", "9 MARKET ST | O FALLON | MO | 63366"),
    ("9 Market St | Winston-Salem | NC | 27101", "9 MARKET ST | WINSTON SALEM | NC | 27101"),
    ("9 Market St | N. Kansas City | MO | 64116", "9 MARKET ST | NORTH KANSAS CITY | MO | 64116"),
)

OTHER: tuple[tuple[str, str], ...] = (
    # another house number
    ("1 Dock St | Albany | NY | 12207", "2 DOCK ST | ALBANY | NY | 12207"),
    ("1300 Canterbury Rd N | Albany | NY | 12207", "1300-1398 CANTERBURY RD N | ALBANY | NY | 12207"),
    ("12 Elm St | Albany | NY | 12207", "12 1/2 ELM ST | ALBANY | NY | 12207"),
    ("12 Elm St | Albany | NY | 12207", "12B ELM ST | ALBANY | NY | 12207"),
    ("Canterbury Rd N | Albany | NY | 12207", "1300 CANTERBURY RD N | ALBANY | NY | 12207"),
    # another street
    ("1 Dock St | Albany | NY | 12207", "1 DOCK AVE | ALBANY | NY | 12207"),
    ("1 Dock St | Albany | NY | 12207", "1 PORT ST | ALBANY | NY | 12207"),
    ("1 Dock St | Albany | NY | 12207", "1 N DOCK ST | ALBANY | NY | 12207"),
    ("1 N Dock St | Albany | NY | 12207", "1 S DOCK ST | ALBANY | NY | 12207"),
    ("1 NW 5th St | Miami | FL | 33128", "1 SW 5TH ST | MIAMI | FL | 33128"),
    ("1 NW 5th St | Miami | FL | 33128", "1 NW 6TH ST | MIAMI | FL | 33128"),
    ("1 NW 5th St | Miami | FL | 33128", "1 NW 5TH AVE | MIAMI | FL | 33128"),
    ("10 Fifth Avenue | New York | NY | 10011", "10 6TH AVE | NEW YORK | NY | 10011"),
    ("2200 Highway 35 | Albany | NY | 12207", "2200 HIGHWAY 53 | ALBANY | NY | 12207"),
    ("2200 State Route 7 | Albany | NY | 12207", "2200 COUNTY ROUTE 7 | ALBANY | NY | 12207"),
    ("2200 Old State Route 7 | Albany | NY | 12207", "2200 STATE ROUTE 7 | ALBANY | NY | 12207"),
    ("5 North St | Albany | NY | 12207", "5 SOUTH ST | ALBANY | NY | 12207"),
    ("5 Court St | Albany | NY | 12207", "5 CENTER ST | ALBANY | NY | 12207"),
    ("1 Dock | Albany | NY | 12207", "1 DOCK HILL RD | ALBANY | NY | 12207"),
    ("1 Dock Hill Rd | Albany | NY | 12207", "1 DOCK RD | ALBANY | NY | 12207"),
    ("1 Avenue A | New York | NY | 10009", "1 AVENUE B | NEW YORK | NY | 10009"),
    ("77 Lake Shore Dr E | Albany | NY | 12207", "77 LAKE SHORE DR W | ALBANY | NY | 12207"),
    # units lost, changed, added
    ("1 Dock St / Suite 5 | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    ("1 Dock St / Suite 5 | Albany | NY | 12207", "1 DOCK ST STE 6 | ALBANY | NY | 12207"),
    ("1 Dock St / Suite 5 | Albany | NY | 12207", "1 DOCK ST APT 5 | ALBANY | NY | 12207"),
    ("1 Dock St / Suite 5 | Albany | NY | 12207", "1 DOCK ST STE 5 FL 2 | ALBANY | NY | 12207"),
    ("1 Dock St / Building C / Unit 4 | Albany | NY | 12207", "1 DOCK ST UNIT 4 | ALBANY | NY | 12207"),
    ("1 Dock St | Albany | NY | 12207", "1 DOCK ST STE 5 | ALBANY | NY | 12207"),
    ("1 Dock St #5 | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    ("Empire Logistics Park / 1 Dock St / Suite 5 | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    # two streets, or a place line that holds a number
    ("1 Dock St / 2 Port Ave | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    ("Empire Logistics Park / 2 Port Ave | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    ("Pier 40 / 1 Dock St | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    ("Hangar 7 / 1 Dock St | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12207"),
    # another town, state or ZIP
    ("1 Dock St | Albany | NY | 12207", "1 DOCK ST | TROY | NY | 12207"),
    ("1 Dock St | Albany | NY | 12207", "1 DOCK ST | ALBANY | NY | 12208"),
    ("1 Dock St | Albany | NY | 12207", "1 DOCK ST | ALBANY | GA | 12207"),
    ("9 Market St | North Kansas City | MO | 64116", "9 MARKET ST | KANSAS CITY | MO | 64116"),
    ("9 Market St | East St. Louis | IL | 62201", "9 MARKET ST | SAINT LOUIS | IL | 62201"),
)

HELD_BACK_SAME: tuple[tuple[str, str], ...] = (
    ("450 Lexington Avenue, 40th Floor | New York | NY | 10017", "450 LEXINGTON AVE FL 40 | NEW YORK | NY | 10017"),
    ("Bldg. 7, 200 Corporate Blvd. South | Yonkers | NY | 10701", "200 CORPORATE BLVD S BLDG 7 | YONKERS | NY | 10701"),
    ("1600 S. 2nd St. | Plainfield | NJ | 07063", "1600 S 2ND ST | PLAINFIELD | NJ | 07063-1234"),
    ("1600 South Second Street | Plainfield | NJ | 07063", "1600 S 2ND ST | PLAINFIELD | NJ | 07063"),
    ("3000 Kellway Dr Ste 150 | Carrollton | TX | 75006", "3000 KELLWAY DR STE 150 | CARROLLTON | TX | 75006"),
    ("5801 E. Sam Houston Pkwy N. | Houston | TX | 77049", "5801 E SAM HOUSTON PKWY N | HOUSTON | TX | 77049"),
    ("1 Martin Luther King Jr. Blvd | Newark | NJ | 07102", "1 MARTIN LUTHER KING JR BLVD | NEWARK | NJ | 07102"),
    ("800 Ave of the Americas | New York | NY | 10001", "800 AVENUE OF THE AMERICAS | NEW YORK | NY | 10001"),
    ("2 La Crosse Ct | La Crosse | WI | 54601", "2 LACROSSE CT | LACROSSE | WI | 54601"),
    ("6500 FM 1960 Rd W | Houston | TX | 77069", "6500 FM 1960 RD W | HOUSTON | TX | 77069"),
    ("6500 Farm to Market 1960 Rd W | Houston | TX | 77069", "6500 FM 1960 RD W | HOUSTON | TX | 77069"),
    ("18 Interstate 35 Frontage Road | Austin | TX | 78701", "18 I-35 FRONTAGE RD | AUSTIN | TX | 78701"),
    ("100 Main St, Lot 14 | Ithaca | NY | 14850", "100 MAIN ST LOT 14 | ITHACA | NY | 14850"),
    ("100 Main St. Rm. 205 | Ithaca | NY | 14850", "100 MAIN ST RM 205 | ITHACA | NY | 14850"),
    ("900 W. Valley Rd / Warehouse Entrance | Wayne | PA | 19087", "900 W VALLEY RD | WAYNE | PA | 19087"),
    ("901 Twentieth Street | Sacramento | CA | 95811", "901 20TH ST | SACRAMENTO | CA | 95811"),
    ("77 Beale Street Suite 2200A | San Francisco | CA | 94105", "77 BEALE ST STE 2200A | SAN FRANCISCO | CA | 94105"),
    ("N6780 County Road QQ | Berlin | WI | 54923", "N6780 COUNTY ROAD QQ | BERLIN | WI | 54923"),
    ("123 Rue de la Paix | New Orleans | LA | 70112", "123 RUE DE LA PAIX | NEW ORLEANS | LA | 70112"),
    ("14 Avenida Ponce de León | San Juan | PR | 00907", "14 AVE PONCE DE LEON | SAN JUAN | PR | 00907"),
    ("Urb. Las Lomas / 1234 Calle 5 | San Juan | PR | 00921", "1234 CALLE 5 | SAN JUAN | PR | 00921"),
    ("55 Front St E. | Saint Paul | MN | 55101", "55 FRONT ST E | ST PAUL | MN | 55101"),
    ("10 Mc Donald Ave | Brooklyn | NY | 11218", "10 MCDONALD AVE | BROOKLYN | NY | 11218"),
    (
        "50 Sherwood Forest Drive Apartment C-12 | Albany | NY | 12207",
        "50 SHERWOOD FOREST DR APT C12 | ALBANY | NY | 12207",
    ),
)

HELD_BACK_OTHER: tuple[tuple[str, str], ...] = (
    ("450 Lexington Avenue, 40th Floor | New York | NY | 10017", "450 LEXINGTON AVE FL 4 | NEW YORK | NY | 10017"),
    ("450 Lexington Avenue | New York | NY | 10017", "450 LEXINGTON ST | NEW YORK | NY | 10017"),
    ("Bldg. 7, 200 Corporate Blvd South | Yonkers | NY | 10701", "200 CORPORATE BLVD S | YONKERS | NY | 10701"),
    ("1600 S 2nd St | Plainfield | NJ | 07063", "1600 S 22ND ST | PLAINFIELD | NJ | 07063"),
    ("5801 E Sam Houston Pkwy N | Houston | TX | 77049", "5801 W SAM HOUSTON PKWY N | HOUSTON | TX | 77049"),
    ("5801 E Sam Houston Pkwy N | Houston | TX | 77049", "5801 E SAM HOUSTON PKWY S | HOUSTON | TX | 77049"),
    ("6500 FM 1960 Rd W | Houston | TX | 77069", "6500 FM 1960 RD E | HOUSTON | TX | 77069"),
    ("100 Main St, Lot 14 | Ithaca | NY | 14850", "100 MAIN ST | ITHACA | NY | 14850"),
    ("100 Main St | Ithaca | NY | 14850", "100 MAIN ST | ENFIELD | NY | 14850"),
    ("77 Beale Street Suite 2200A | San Francisco | CA | 94105", "77 BEALE ST STE 2200 | SAN FRANCISCO | CA | 94105"),
    ("N6780 County Road QQ | Berlin | WI | 54923", "N6780 COUNTY ROAD Q | BERLIN | WI | 54923"),
    ("1234 Calle 5 | San Juan | PR | 00921", "1234 CALLE 6 | SAN JUAN | PR | 00921"),
    ("14 Park Avenue South | New York | NY | 10016", "14 PARK AVE | NEW YORK | NY | 10016"),
    ("55 Front St E | Saint Paul | MN | 55101", "55 FRONT ST | ST PAUL | MN | 55101"),
    ("20 East Main St | Albany | NY | 12207", "20 E MAIN AVE | ALBANY | NY | 12207"),
    ("7 World Trade Center / 250 Greenwich Street | New York | NY | 10007", "250 GREENWICH ST | NEW YORK | NY | 10007"),
)
"""Pairs on which ways to compare were weighed that had been written with those above in view (docs/decisions.md)."""

PAIRS: tuple[Pair, ...] = (
    *((*pair, True) for pair in (*SAME, *HELD_BACK_SAME)),
    *((*pair, False) for pair in (*OTHER, *HELD_BACK_OTHER)),
)


def read(text: str) -> Address:
    """An address of its short form."""
    lines, city, state, postcode = (part.strip() for part in text.split("|"))
    return Address(tuple(line.strip() for line in lines.split(" / ")), city, state, postcode, "US")
