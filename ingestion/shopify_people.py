"""The tables of who buys: customers with their merges, companies with contacts and locations."""

from ingestion.shopify_metafields import metafields_of
from ingestion.shopify_orders import ADDRESS, MONEY
from ingestion.shopify_streams import Stream
from ingestion.tables import Table, columns
from ingestion.types import bigint, boolean, json, text, timestamp

CUSTOMERS = Table(
    "customers",
    cursor="updatedAt",
    nodes=("Customer",),
    amount="amountSpent.amount",
    columns=columns(
        (text, "id firstName lastName state locale"),
        (text, "defaultEmailAddress.emailAddress defaultEmailAddress.marketingState"),
        (text, "defaultEmailAddress.marketingOptInLevel"),
        (text, "defaultPhoneNumber.phoneNumber defaultPhoneNumber.marketingState"),
        (text, "defaultPhoneNumber.marketingOptInLevel"),
        (timestamp, "createdAt updatedAt defaultEmailAddress.marketingUpdatedAt"),
        (timestamp, "defaultPhoneNumber.marketingUpdatedAt"),
        (boolean, "taxExempt verifiedEmail"),
        (bigint, "numberOfOrders"),
        (json, "tags"),
        (MONEY, "amountSpent"),
        (ADDRESS, "defaultAddress"),
    ),
)

CUSTOMER_METAFIELDS = metafields_of(CUSTOMERS, "customer")

# No list has these: the webhook customers/merge brings them. id: "<kept>:<deleted>".
CUSTOMER_MERGES = Table(
    "customer_merges",
    cursor="merged_at",
    columns=columns((text, "id kept_customer_id deleted_customer_id"), (timestamp, "merged_at")),
)

COMPANIES = Table(
    "companies",
    cursor="updatedAt",
    nodes=("Company",),
    amount="totalSpent.amount",
    columns=columns(
        (text, "id name externalId mainContact.id"),
        (timestamp, "createdAt updatedAt customerSince"),
        (MONEY, "totalSpent"),
    ),
)

COMPANY_CONTACTS = Table(
    "company_contacts",
    parent=COMPANIES,
    parent_id="company_id",
    connection="contacts",
    nodes=("CompanyContact",),
    columns=columns(
        (text, "id title locale customer.id"),
        (boolean, "isMainContact"),
        (timestamp, "createdAt updatedAt"),
    ),
)

COMPANY_LOCATIONS = Table(
    "company_locations",
    parent=COMPANIES,
    parent_id="company_id",
    connection="locations",
    nodes=("CompanyLocation",),
    columns=columns(
        (text, "id name externalId phone locale currency billingAddress.countryCode"),
        (text, "shippingAddress.address1 shippingAddress.city shippingAddress.zip"),
        (text, "shippingAddress.zoneCode shippingAddress.countryCode"),
        (timestamp, "createdAt updatedAt"),
    ),
)

STREAMS = (
    Stream(
        "customers",
        (CUSTOMERS, CUSTOMER_METAFIELDS),
        "customers",
        count="customersCount",
        window_filter="customer_date",
    ),
    Stream(
        "companies",
        (COMPANIES, COMPANY_CONTACTS, COMPANY_LOCATIONS),
        "companies",
        count="companiesCount",
        count_filters=False,
    ),
)
