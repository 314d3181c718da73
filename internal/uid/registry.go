package uid

// Prefix names a table: it belongs to that table alone, and every id of the table begins with it. The constants carry
// the table's name.
type Prefix string

// The prefixes, by module.
const (
	// Store & Region.
	Currency      Prefix = "cur_"
	Region        Prefix = "reg_"
	RegionCountry Prefix = "rct_"
	Store         Prefix = "sto_"

	// Product.
	Product              Prefix = "prd_"
	ProductVariant       Prefix = "var_"
	ProductOption        Prefix = "popt_"
	ProductOptionValue   Prefix = "popv_"
	ProductVariantOption Prefix = "pvo_"
	ProductCategory      Prefix = "pcat_"
	ProductCollection    Prefix = "pcol_"
	ProductType          Prefix = "ptyp_"
	ProductTag           Prefix = "ptag_"
	ProductImage         Prefix = "pimg_"

	// Pricing.
	PriceSet      Prefix = "pset_"
	Price         Prefix = "pric_"
	PriceRule     Prefix = "prul_"
	PriceList     Prefix = "plst_"
	PriceListRule Prefix = "plru_"

	// Customer.
	Customer            Prefix = "cus_"
	CustomerAddress     Prefix = "cadr_"
	CustomerGroup       Prefix = "cgrp_"
	CustomerGroupMember Prefix = "cgm_"

	// Cart.
	Cart                   Prefix = "cart_"
	CartAddress            Prefix = "crad_"
	CartLineItem           Prefix = "crli_"
	CartLineItemAdjustment Prefix = "crla_"
	CartShippingMethod     Prefix = "crsm_"

	// Order.
	OrderHeader                   Prefix = "ord_"
	OrderAddress                  Prefix = "oadr_"
	OrderLineItem                 Prefix = "oli_"
	OrderLineItemTaxLine          Prefix = "olit_"
	OrderLineItemAdjustment       Prefix = "olia_"
	OrderShippingMethod           Prefix = "osm_"
	OrderShippingMethodTaxLine    Prefix = "osmt_"
	OrderShippingMethodAdjustment Prefix = "osma_"
	OrderSummary                  Prefix = "osum_"
	OrderChange                   Prefix = "och_"
	OrderChangeAction             Prefix = "ocha_"
	OrderTransaction              Prefix = "otx_"

	// Return, Exchange & Claim.
	ReturnReason   Prefix = "rrsn_"
	ReturnHeader   Prefix = "ret_"
	ReturnItem     Prefix = "reti_"
	OrderExchange  Prefix = "oexc_"
	OrderClaim     Prefix = "oclm_"
	OrderClaimItem Prefix = "ocli_"

	// Payment.
	PaymentProvider   Prefix = "payp_"
	PaymentCollection Prefix = "payc_"
	PaymentSession    Prefix = "pays_"
	Payment           Prefix = "pay_"
	PaymentCapture    Prefix = "cap_"
	PaymentRefund     Prefix = "rfd_"
	PaymentRefundItem Prefix = "rfdi_"

	// Fulfillment.
	FulfillmentProvider Prefix = "ffp_"
	FulfillmentSet      Prefix = "ffs_"
	ServiceZone         Prefix = "szn_"
	GeoZone             Prefix = "gzn_"
	ShippingProfile     Prefix = "shpp_"
	ShippingOption      Prefix = "sho_"
	ShippingOptionRule  Prefix = "shor_"
	Fulfillment         Prefix = "ful_"
	FulfillmentItem     Prefix = "fuli_"
	FulfillmentLabel    Prefix = "full_"

	// Inventory & Stock Location.
	StockLocation        Prefix = "sloc_"
	InventoryItem        Prefix = "iitm_"
	InventoryLevel       Prefix = "ilev_"
	InventoryReservation Prefix = "irsv_"

	// Promotion.
	PromotionCampaign          Prefix = "pcmp_"
	Promotion                  Prefix = "prm_"
	PromotionApplicationMethod Prefix = "pam_"
	PromotionRule              Prefix = "prmr_"

	// Tax.
	TaxRegion   Prefix = "txr_"
	TaxRate     Prefix = "txrt_"
	TaxRateRule Prefix = "txrr_"

	// Sales Channel.
	SalesChannel Prefix = "sch_"

	// Links.
	LinkProductSalesChannel              Prefix = "lpsc_"
	LinkProductProductTag                Prefix = "lppt_"
	LinkProductProductCategory           Prefix = "lppc_"
	LinkProductProductCollection         Prefix = "lpcl_"
	LinkProductCategoryProductTag        Prefix = "lpct_"
	LinkProductMacrodataArtifact         Prefix = "lpma_"
	LinkProductTagMacrodataArtifact      Prefix = "ltma_"
	LinkProductVariantInventoryItem      Prefix = "lvii_"
	LinkProductVariantPriceSet           Prefix = "lvps_"
	LinkShippingOptionPriceSet           Prefix = "lsps_"
	LinkRegionPaymentProvider            Prefix = "lrpp_"
	LinkSalesChannelStockLocation        Prefix = "lcsl_"
	LinkStockLocationFulfillmentSet      Prefix = "lsfs_"
	LinkStockLocationFulfillmentProvider Prefix = "lsfp_"
	LinkCartPromotion                    Prefix = "lcpr_"
	LinkCartPaymentCollection            Prefix = "lcpc_"
	LinkOrderHeaderPromotion             Prefix = "lopr_"
	LinkOrderHeaderPaymentCollection     Prefix = "lopc_"
	LinkOrderHeaderFulfillment           Prefix = "lofu_"
	LinkReturnHeaderFulfillment          Prefix = "lrfu_"
	LinkPublicationItemProduct           Prefix = "lipr_"
	LinkPublisherPromotion               Prefix = "lpup_"
	LinkPublisherPrincipal               Prefix = "lpub_"
	LinkCommissionLedgerTransaction      Prefix = "lclt_"

	// Notification.
	NotificationProvider Prefix = "ntp_"
	Notification         Prefix = "ntf_"

	// Publisher & Ad Server.
	Publisher            Prefix = "pub_"
	PublisherChannel     Prefix = "puch_"
	AdServer             Prefix = "adsv_"
	AdPlacement          Prefix = "adpl_"
	AdCampaign           Prefix = "adcm_"
	AdCreative           Prefix = "adcr_"
	Publication          Prefix = "pubn_"
	PublicationItem      Prefix = "pubi_"
	PublicationTelemetry Prefix = "pubt_"
	PublicationClick     Prefix = "clk_"
	Referral             Prefix = "rfl_"
	Conversion           Prefix = "cnv_"
	ConversionItem       Prefix = "cnvi_"
	CommissionRule       Prefix = "cmr_"
	Commission           Prefix = "com_"

	// Membership.
	MembershipProgram     Prefix = "mprg_"
	MembershipTier        Prefix = "mtir_"
	MembershipApplication Prefix = "mapp_"
	Membership            Prefix = "mem_"
	MembershipBenefit     Prefix = "mben_"
	MembershipPeriod      Prefix = "mprd_"

	// Ledger.
	Ledger            Prefix = "ldg_"
	LedgerAccount     Prefix = "lac_"
	LedgerTransaction Prefix = "ltx_"
	LedgerEntry       Prefix = "lent_"
	LedgerBalance     Prefix = "lbal_"

	// Payout & Settlement.
	PayoutAccount Prefix = "poa_"
	PayoutBatch   Prefix = "pob_"
	Payout        Prefix = "pyo_"
	PayoutItem    Prefix = "poi_"

	// Invoice.
	Invoice        Prefix = "inv_"
	InvoiceLine    Prefix = "invl_"
	InvoiceTaxLine Prefix = "invt_"
	InvoicePayment Prefix = "invp_"
	CreditNote     Prefix = "crn_"

	// Dispute.
	Dispute         Prefix = "dsp_"
	DisputeItem     Prefix = "dspi_"
	DisputeEvidence Prefix = "dspe_"
	DisputeEvent    Prefix = "dspv_"

	// Lead.
	LeadSource   Prefix = "lsrc_"
	LeadForm     Prefix = "ldf_"
	Lead         Prefix = "lead_"
	LeadActivity Prefix = "lact_"

	// Macrodata.
	MacrodataCatalog  Prefix = "mdc_"
	MacrodataArtifact Prefix = "mda_"

	// Identity.
	Principal         Prefix = "prn_"
	PrincipalIdentity Prefix = "pidn_"
	APIKey            Prefix = "apk_"
	OAuthClient       Prefix = "oac_"

	// Governance.
	Policy           Prefix = "plc_"
	PolicyAcceptance Prefix = "plca_"
	AuditRecord      Prefix = "aud_"
)

// tables is the registry. A test holds it to the migrations.
var tables = map[Prefix]string{
	Currency:                             "currency",
	Region:                               "region",
	RegionCountry:                        "region_country",
	Store:                                "store",
	Product:                              "product",
	ProductVariant:                       "product_variant",
	ProductOption:                        "product_option",
	ProductOptionValue:                   "product_option_value",
	ProductVariantOption:                 "product_variant_option",
	ProductCategory:                      "product_category",
	ProductCollection:                    "product_collection",
	ProductType:                          "product_type",
	ProductTag:                           "product_tag",
	ProductImage:                         "product_image",
	PriceSet:                             "price_set",
	Price:                                "price",
	PriceRule:                            "price_rule",
	PriceList:                            "price_list",
	PriceListRule:                        "price_list_rule",
	Customer:                             "customer",
	CustomerAddress:                      "customer_address",
	CustomerGroup:                        "customer_group",
	CustomerGroupMember:                  "customer_group_member",
	Cart:                                 "cart",
	CartAddress:                          "cart_address",
	CartLineItem:                         "cart_line_item",
	CartLineItemAdjustment:               "cart_line_item_adjustment",
	CartShippingMethod:                   "cart_shipping_method",
	OrderHeader:                          "order_header",
	OrderAddress:                         "order_address",
	OrderLineItem:                        "order_line_item",
	OrderLineItemTaxLine:                 "order_line_item_tax_line",
	OrderLineItemAdjustment:              "order_line_item_adjustment",
	OrderShippingMethod:                  "order_shipping_method",
	OrderShippingMethodTaxLine:           "order_shipping_method_tax_line",
	OrderShippingMethodAdjustment:        "order_shipping_method_adjustment",
	OrderSummary:                         "order_summary",
	OrderChange:                          "order_change",
	OrderChangeAction:                    "order_change_action",
	OrderTransaction:                     "order_transaction",
	ReturnReason:                         "return_reason",
	ReturnHeader:                         "return_header",
	ReturnItem:                           "return_item",
	OrderExchange:                        "order_exchange",
	OrderClaim:                           "order_claim",
	OrderClaimItem:                       "order_claim_item",
	PaymentProvider:                      "payment_provider",
	PaymentCollection:                    "payment_collection",
	PaymentSession:                       "payment_session",
	Payment:                              "payment",
	PaymentCapture:                       "payment_capture",
	PaymentRefund:                        "payment_refund",
	PaymentRefundItem:                    "payment_refund_item",
	FulfillmentProvider:                  "fulfillment_provider",
	FulfillmentSet:                       "fulfillment_set",
	ServiceZone:                          "service_zone",
	GeoZone:                              "geo_zone",
	ShippingProfile:                      "shipping_profile",
	ShippingOption:                       "shipping_option",
	ShippingOptionRule:                   "shipping_option_rule",
	Fulfillment:                          "fulfillment",
	FulfillmentItem:                      "fulfillment_item",
	FulfillmentLabel:                     "fulfillment_label",
	StockLocation:                        "stock_location",
	InventoryItem:                        "inventory_item",
	InventoryLevel:                       "inventory_level",
	InventoryReservation:                 "inventory_reservation",
	PromotionCampaign:                    "promotion_campaign",
	Promotion:                            "promotion",
	PromotionApplicationMethod:           "promotion_application_method",
	PromotionRule:                        "promotion_rule",
	TaxRegion:                            "tax_region",
	TaxRate:                              "tax_rate",
	TaxRateRule:                          "tax_rate_rule",
	SalesChannel:                         "sales_channel",
	LinkProductSalesChannel:              "link_product_sales_channel",
	LinkProductProductTag:                "link_product_product_tag",
	LinkProductProductCategory:           "link_product_product_category",
	LinkProductProductCollection:         "link_product_product_collection",
	LinkProductCategoryProductTag:        "link_product_category_product_tag",
	LinkProductMacrodataArtifact:         "link_product_macrodata_artifact",
	LinkProductTagMacrodataArtifact:      "link_product_tag_macrodata_artifact",
	LinkProductVariantInventoryItem:      "link_product_variant_inventory_item",
	LinkProductVariantPriceSet:           "link_product_variant_price_set",
	LinkShippingOptionPriceSet:           "link_shipping_option_price_set",
	LinkRegionPaymentProvider:            "link_region_payment_provider",
	LinkSalesChannelStockLocation:        "link_sales_channel_stock_location",
	LinkStockLocationFulfillmentSet:      "link_stock_location_fulfillment_set",
	LinkStockLocationFulfillmentProvider: "link_stock_location_fulfillment_provider",
	LinkCartPromotion:                    "link_cart_promotion",
	LinkCartPaymentCollection:            "link_cart_payment_collection",
	LinkOrderHeaderPromotion:             "link_order_header_promotion",
	LinkOrderHeaderPaymentCollection:     "link_order_header_payment_collection",
	LinkOrderHeaderFulfillment:           "link_order_header_fulfillment",
	LinkReturnHeaderFulfillment:          "link_return_header_fulfillment",
	LinkPublicationItemProduct:           "link_publication_item_product",
	LinkPublisherPromotion:               "link_publisher_promotion",
	LinkPublisherPrincipal:               "link_publisher_principal",
	LinkCommissionLedgerTransaction:      "link_commission_ledger_transaction",
	NotificationProvider:                 "notification_provider",
	Notification:                         "notification",
	Publisher:                            "publisher",
	PublisherChannel:                     "publisher_channel",
	AdServer:                             "ad_server",
	AdPlacement:                          "ad_placement",
	AdCampaign:                           "ad_campaign",
	AdCreative:                           "ad_creative",
	Publication:                          "publication",
	PublicationItem:                      "publication_item",
	PublicationTelemetry:                 "publication_telemetry",
	PublicationClick:                     "publication_click",
	Referral:                             "referral",
	Conversion:                           "conversion",
	ConversionItem:                       "conversion_item",
	CommissionRule:                       "commission_rule",
	Commission:                           "commission",
	MembershipProgram:                    "membership_program",
	MembershipTier:                       "membership_tier",
	MembershipApplication:                "membership_application",
	Membership:                           "membership",
	MembershipBenefit:                    "membership_benefit",
	MembershipPeriod:                     "membership_period",
	Ledger:                               "ledger",
	LedgerAccount:                        "ledger_account",
	LedgerTransaction:                    "ledger_transaction",
	LedgerEntry:                          "ledger_entry",
	LedgerBalance:                        "ledger_balance",
	PayoutAccount:                        "payout_account",
	PayoutBatch:                          "payout_batch",
	Payout:                               "payout",
	PayoutItem:                           "payout_item",
	Invoice:                              "invoice",
	InvoiceLine:                          "invoice_line",
	InvoiceTaxLine:                       "invoice_tax_line",
	InvoicePayment:                       "invoice_payment",
	CreditNote:                           "credit_note",
	Dispute:                              "dispute",
	DisputeItem:                          "dispute_item",
	DisputeEvidence:                      "dispute_evidence",
	DisputeEvent:                         "dispute_event",
	LeadSource:                           "lead_source",
	LeadForm:                             "lead_form",
	Lead:                                 "lead",
	LeadActivity:                         "lead_activity",
	MacrodataCatalog:                     "macrodata_catalog",
	MacrodataArtifact:                    "macrodata_artifact",
	Principal:                            "principal",
	PrincipalIdentity:                    "principal_identity",
	APIKey:                               "api_key",
	OAuthClient:                          "oauth_client",
	Policy:                               "policy",
	PolicyAcceptance:                     "policy_acceptance",
	AuditRecord:                          "audit_record",
}
