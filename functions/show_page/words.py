"""The page's own texts, in the languages that it speaks. The carrier's words are shown as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.milestones import Milestone


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language. `day` has the places {day}, {month} and {year}; `months` are twelve short names,
    `milestones` stand in the order of Milestone."""

    title: str
    order: str
    parcel: str
    stands: str
    arrives: str
    delivered: str
    way: str
    nothing: str
    none: str
    more: str
    at_carrier: str
    gone: str
    gone_why: str
    day: str
    months: str
    milestones: tuple[str, ...]

    def of(self, milestone: Milestone) -> str:
        """The milestone in words."""
        return self.milestones[list(Milestone).index(milestone)]

    def date(self, day: date) -> str:
        """A day, with its month as a name: no reader takes it for another day."""
        return self.day.format(day=day.day, month=self.months.split()[day.month - 1], year=day.year)


FALLBACK = "en"
LANGUAGES: Mapping[str, Words] = {
    "en": Words(
        title="Where your parcels are",
        order="Order",
        parcel="Parcel",
        stands="Status",
        arrives="Expected arrival",
        delivered="Delivered on",
        way="The parcel's journey",
        nothing="The carrier has not reported anything about this parcel yet.",
        none="No parcel of this order is on its way.",
        more="And {count} more parcels.",
        at_carrier="This parcel on the carrier's website",
        gone="This page does not exist",
        gone_why="The link is wrong, or it has expired. Please ask whoever sent it to you.",
        day="{day} {month} {year}",
        months="Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        milestones=(
            "Being prepared",
            "Picked up",
            "In transit",
            "Out for delivery",
            "There is a problem with the delivery",
            "Delivered",
            "Returned to the sender",
            "Cancelled",
        ),
    ),
    "de": Words(
        title="Wo Ihre Pakete sind",
        order="Bestellung",
        parcel="Paket",
        stands="Status",
        arrives="Voraussichtliche Ankunft",
        delivered="Zugestellt am",
        way="Der Weg des Pakets",
        nothing="Der Paketdienst hat zu diesem Paket noch nichts gemeldet.",
        none="Zu dieser Bestellung ist kein Paket unterwegs.",
        more="Und {count} weitere Pakete.",
        at_carrier="Dieses Paket auf der Website des Paketdienstes",
        gone="Diese Seite gibt es nicht",
        gone_why="Der Link ist falsch oder abgelaufen. Bitte fragen Sie die Person, die ihn Ihnen geschickt hat.",
        day="{day}. {month} {year}",
        months="Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        milestones=(
            "In Vorbereitung",
            "Abgeholt",
            "Unterwegs",
            "In Zustellung",
            "Es gibt ein Problem mit der Zustellung",
            "Zugestellt",
            "An den Absender zurückgeschickt",
            "Storniert",
        ),
    ),
    "fr": Words(
        title="Où sont vos colis",
        order="Commande",
        parcel="Colis",
        stands="Statut",
        arrives="Arrivée prévue",
        delivered="Livré le",
        way="Le trajet du colis",
        nothing="Le transporteur n'a encore rien signalé pour ce colis.",
        none="Aucun colis de cette commande n'est en route.",
        more="Et {count} autres colis.",
        at_carrier="Ce colis sur le site du transporteur",
        gone="Cette page n'existe pas",
        gone_why="Le lien est incorrect ou a expiré. Veuillez vous adresser à la personne qui vous l'a envoyé.",
        day="{day} {month} {year}",
        months="janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        milestones=(
            "En préparation",
            "Pris en charge",
            "En transit",
            "En cours de livraison",
            "Un problème empêche la livraison",
            "Livré",
            "Retourné à l'expéditeur",
            "Annulé",
        ),
    ),
    "es": Words(
        title="Dónde están sus paquetes",
        order="Pedido",
        parcel="Paquete",
        stands="Estado",
        arrives="Llegada prevista",
        delivered="Entregado el",
        way="El recorrido del paquete",
        nothing="El transportista todavía no ha comunicado nada sobre este paquete.",
        none="Ningún paquete de este pedido está en camino.",
        more="Y {count} paquetes más.",
        at_carrier="Este paquete en el sitio web del transportista",
        gone="Esta página no existe",
        gone_why="El enlace es incorrecto o ha caducado. Pregunte a la persona que se lo envió.",
        day="{day} {month} {year}",
        months="ene. feb. mar. abr. may. jun. jul. ago. sept. oct. nov. dic.",
        milestones=(
            "En preparación",
            "Recogido",
            "En tránsito",
            "En reparto",
            "Hay un problema con la entrega",
            "Entregado",
            "Devuelto al remitente",
            "Cancelado",
        ),
    ),
}


def language_of(accepted: str) -> str:
    """The language for an Accept-Language header (RFC 9110, 12.5.4): the one that the reader likes best of ours."""
    liked: dict[str, float] = {}
    for each in accepted[:500].split(","):
        tag, _, weight = each.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        if name in LANGUAGES:
            liked[name] = max(liked.get(name, 0.0), _weight(weight))
    best = max(liked, key=liked.__getitem__, default=FALLBACK)
    return best if liked.get(best, 0.0) > 0 else FALLBACK


def _weight(text: str) -> float:
    name, _, value = text.replace(" ", "").partition("=")
    if name != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
