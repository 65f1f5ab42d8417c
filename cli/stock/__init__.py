"""`parcelbridge stock` and `parcelbridge items`: what differs between the ERP and a carrier's warehouse."""
