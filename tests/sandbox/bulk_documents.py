"""Documents for bulk operations: what a warehouse asks for, and the odd ones."""

BAG = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"

ORDERS = """{ orders { edges { node {
  __typename id name createdAt processedAt updatedAt cancelledAt cancelReason closedAt test confirmed edited
  currencyCode presentmentCurrencyCode taxesIncluded dutiesIncluded displayFinancialStatus
  displayFulfillmentStatus returnStatus sourceName email phone tags paymentGatewayNames customerLocale
  customer { id } purchasingEntity { __typename ... on PurchasingCompany { company { id } } }
  billingAddress { countryCodeV2 }
  shippingAddress { firstName lastName company address1 city zip provinceCode countryCodeV2 phone }
  totalPriceSet BAG subtotalPriceSet BAG totalTaxSet BAG totalDiscountsSet BAG totalShippingPriceSet BAG
  totalTipReceivedSet BAG totalReceivedSet BAG totalRefundedSet BAG totalOutstandingSet BAG
  currentTotalPriceSet BAG totalCashRoundingAdjustment { paymentSet BAG refundSet BAG }
  transactions { id kind status gateway test errorCode createdAt processedAt paymentId
    parentTransaction { id } amountSet BAG }
  refunds { id createdAt updatedAt processedAt note return { id } totalRefundedSet BAG }
  fulfillments { id name status displayStatus createdAt updatedAt inTransitAt deliveredAt
    estimatedDeliveryAt totalQuantity trackingInfo { company number url } }
  lineItems { edges { node {
    id title variantTitle vendor sku quantity currentQuantity isGiftCard requiresShipping taxable
    product { id } variant { id } lineItemGroup { id title quantity variantId variantSku }
    originalUnitPriceSet BAG originalTotalSet BAG discountedTotalSet BAG totalDiscountSet BAG
    discountAllocations { allocatedAmountSet BAG discountApplication {
      index __typename allocationMethod targetType targetSelection
      ... on DiscountCodeApplication { code } ... on AutomaticDiscountApplication { title }
      ... on ManualDiscountApplication { title } } } } } }
  shippingLines(includeRemovals: true) { edges { node {
    id title code source isRemoved originalPriceSet BAG discountedPriceSet BAG } } }
  agreements { edges { node {
    id __typename happenedAt reason ... on RefundAgreement { refund { id } }
    ... on ReturnAgreement { return { id } }
    sales { edges { node {
      id __typename actionType lineType quantity totalAmount BAG totalDiscountAmountBeforeTaxes BAG
      totalDiscountAmountAfterTaxes BAG totalTaxAmount BAG
      taxes { id amount BAG taxLine { title rate channelLiable source } }
      ... on ProductSale { lineItem { id } } ... on GiftCardSale { lineItem { id } }
      ... on TipSale { lineItem { id } } ... on ShippingLineSale { shippingLine { id } }
      ... on DutySale { duty { id } } ... on FeeSale { fee { id } }
      ... on AdditionalFeeSale { additionalFee { id } } } } } } } }
} } } }""".replace("BAG", BAG)

RETURNS = """{ orders { edges { node { id updatedAt returns { edges { node {
  id name status totalQuantity createdAt closedAt requestApprovedAt
  returnLineItems { edges { node { __typename id quantity refundedQuantity returnReasonNote
    ... on ReturnLineItem { fulfillmentLineItem { id lineItem { id } } } } } } } } } } } } }"""

CUSTOMERS = """{ customers { edges { node {
  id createdAt updatedAt firstName lastName state locale tags taxExempt verifiedEmail numberOfOrders
  amountSpent { amount currencyCode }
  defaultEmailAddress { emailAddress marketingState marketingOptInLevel marketingUpdatedAt }
  defaultPhoneNumber { phoneNumber marketingState marketingOptInLevel marketingUpdatedAt }
  defaultAddress { company address1 city zip provinceCode countryCodeV2 phone } } } } }"""

PRODUCTS = """{ products { nodes {
  id title handle productType vendor status isGiftCard tags createdAt updatedAt } } }"""

VARIANTS = """{ productVariants { edges { node {
  id title sku price barcode createdAt updatedAt product { id } } } } }"""

# Aliases, named fragments, directives, a field selected twice, nodes instead of edges.
FRAGMENTS = """{ orders { edges { node { ...Head kind: __typename paid: totalReceivedSet { ...Money }
  id totalPriceSet { shopMoney { amount } } totalPriceSet { presentmentMoney { amount: currencyCode } }
  note: email @skip(if: true) name @include(if: true)
  firstTransaction: transactions(first: 1) { id kind }
  sales: agreements { nodes { id who: __typename
    rows: sales { edges { node { id ...Line ... on ShippingLineSale { shippingLine { id kind: __typename } } } } } } }
} } } }
fragment Head on Order { id customer { id } test }
fragment Money on MoneyBag { shopMoney { amount currencyCode } }
fragment Line on Sale { lineType ... on ProductSale { lineItem { id } } }
"""

REMOVALS = (
    "{ orders { edges { node { id shippingLines { edges { node { title isRemoved } } } } } } }"
)

TWO_ROOTS = "{ products { edges { node { id title } } } customers { edges { node { id } } } }"

# An object behind a reference, which isn't in its owner's columns.
BEHIND_REFERENCES = """{ orders { edges { node { id customer { id locale }
  lineItems { edges { node { id product { title } } } } } } } }"""

# A connection that only some of its parents have in the document.
HALF_THE_AGREEMENTS = """{ orders { edges { node { id agreements { edges { node { id __typename
  ... on OrderAgreement { sales { edges { node { id lineType } } } } } } } } } } }"""

# The schema has it, the world's addresses don't.
NO_SUCH_COLUMN = "{ orders { edges { node { id billingAddress { city countryCodeV2 } } } } }"

LINES = "lineItems { edges { node { id } } }"
SIX_CONNECTIONS = (
    "{ orders { edges { node { id " + " ".join(f"c{n}: {LINES}" for n in range(5)) + " } } } }"
)
IN_A_LIST = """{ orders { edges { node { id refunds { id return { id
  returnLineItems { edges { node { id } } } } } } } } }"""
