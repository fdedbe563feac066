"""Documents for bulk operations over what a shop has beside orders, goods and customers."""

from tests.sandbox.bulk_documents import BAG

MONEY = "{ amount currencyCode }"

DETAILS = """{ orders { edges { node { id updatedAt discountCodes
  customerJourneySummary { ready customerOrderIndex daysToConversion momentsCount { count precision }
    firstVisit { id occurredAt landingPage referrerUrl referralCode source sourceDescription sourceType
      utmParameters { campaign content medium source term } }
    lastVisit { id occurredAt source utmParameters { campaign } } }
  metafields { edges { node { id namespace key type value ownerType createdAt updatedAt } } } } } } }"""
SOME_METAFIELDS = """{ orders { edges { node { id
  metafields(namespace: "custom", keys: ["gift_note"]) { edges { node { id key } } } } } } }"""

TENDERS = """{ tenderTransactions(query: "test:false") { edges { node {
  id amount MONEY order { id } paymentMethod processedAt remoteReference test
  transactionDetails { __typename ... on TenderTransactionCreditCardDetails { creditCardCompany creditCardNumber } }
} } } }""".replace("MONEY", MONEY)

BALANCE = """{ shopifyPaymentsAccount { balanceTransactions(hideTransfers: true) { edges { node {
  id type test transactionDate amount MONEY fee MONEY net MONEY sourceType sourceId sourceOrderTransactionId
  adjustmentReason adjustmentsOrders { amount MONEY fees MONEY net MONEY link name orderTransactionId }
  associatedOrder { id name } associatedPayout { id status } } } } } }""".replace("MONEY", MONEY)
PAYOUTS = """{ shopifyPaymentsAccount { payouts { edges { node {
  id legacyResourceId issuedAt status transactionType externalTraceId net MONEY
  summary { adjustmentsFee MONEY adjustmentsGross MONEY chargesFee MONEY chargesGross MONEY
    refundsFee MONEY refundsFeeGross MONEY retriedPayoutsFee MONEY retriedPayoutsGross MONEY } } } } } }""".replace(
    "MONEY", MONEY
)
DISPUTES = """{ shopifyPaymentsAccount { disputes { edges { node {
  id legacyResourceId initiatedAt evidenceDueBy evidenceSentOn finalizedOn status type amount MONEY
  order { id } reasonDetails { reason networkReasonCode } } } } } }""".replace("MONEY", MONEY)

LOCATIONS = """{ locations(includeInactive: true) { edges { node {
  id legacyResourceId name createdAt updatedAt deactivatedAt isActive isFulfillmentService
  fulfillsOnlineOrders shipsInventory hasActiveInventory
  address { address1 city country countryCode phone provinceCode zip } } } } }"""
STOCK = """{ inventoryItems(query: "sku:NL-D-0000*,NL-W-0000*,NL-J-0000*") { edges { node {
  id legacyResourceId sku createdAt updatedAt countryCodeOfOrigin harmonizedSystemCode tracked requiresShipping
  unitCost MONEY variant { id } locationsCount { count precision }
  inventoryLevels { edges { node { id createdAt updatedAt isActive item { id } location { id }
    quantities(names: ["on_hand", "committed"]) { id name quantity updatedAt } } } } } } } }""".replace(
    "MONEY", MONEY
)

COMPANIES = """{ companies { edges { node {
  id name externalId note createdAt updatedAt customerSince totalSpent MONEY mainContact { id }
  contactsCount { count precision } locationsCount { count } ordersCount { count }
  contacts { edges { node { id createdAt updatedAt title locale isMainContact customer { id } company { id } } } }
  locations { edges { node { id name externalId note phone locale currency createdAt updatedAt company { id }
    billingAddress { id address1 city zip countryCode companyName } shippingAddress { id city zip } } } }
} } } }""".replace("MONEY", MONEY)

CHECKOUTS = """{ abandonedCheckouts { edges { node {
  id name note abandonedCheckoutUrl createdAt updatedAt completedAt customer { id } taxesIncluded discountCodes
  subtotalPriceSet BAG totalDiscountSet BAG totalDutiesSet BAG totalLineItemsPriceSet BAG totalPriceSet BAG
  totalTaxSet BAG taxLines { title rate channelLiable source } shippingAddress { city zip countryCodeV2 }
  lineItems { edges { node { id title variantTitle sku quantity product { id } variant { id }
    originalUnitPriceSet BAG originalTotalPriceSet BAG discountedUnitPriceSet BAG discountedTotalPriceSet BAG } } }
} } } }""".replace("BAG", BAG)

GOODS = """{ products { edges { node { id metafields { edges { node { id namespace key value } } } } } } }"""

# Japan's shop has no payments account and sells to no companies.
NOT_IN_JAPAN = [BALANCE, PAYOUTS, DISPUTES, COMPANIES]
PROJECTED = [DETAILS, SOME_METAFIELDS, TENDERS, BALANCE, PAYOUTS, DISPUTES, LOCATIONS, STOCK]
PROJECTED += [COMPANIES, CHECKOUTS, GOODS]

# A search within a parent is no column of its own.
LATELY_MOVED = """{ inventoryItems(query: "sku:NL-D-000*") { edges { node { id
  inventoryLevels(query: "updated_at:>='2026-06-01'") { edges { node { id updatedAt } } } } } } }"""
