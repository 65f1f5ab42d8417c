"""`parcels` and `arrivals`: where each parcel is, what arrives when, and what nobody hears of."""
