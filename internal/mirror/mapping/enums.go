package mapping

import "bluntcases.com/platform/internal/mirror/row"

// Shopify's enums as the columns store them. What is not here is stored as unknown, with the original annotated.
var (
	financialStatuses = lower("PENDING", "AUTHORIZED", "PARTIALLY_PAID", "PARTIALLY_REFUNDED", "VOIDED", "PAID",
		"REFUNDED", "EXPIRED")
	fulfillmentStatuses = lower("UNFULFILLED", "PARTIALLY_FULFILLED", "FULFILLED", "RESTOCKED", "PENDING_FULFILLMENT",
		"OPEN", "IN_PROGRESS", "ON_HOLD", "SCHEDULED", "REQUEST_DECLINED")
	returnStatuses = lower("IN_PROGRESS", "INSPECTION_COMPLETE", "NO_RETURN", "RETURNED", "RETURN_FAILED",
		"RETURN_REQUESTED")
	cancelReasons    = lower("CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "STAFF", "OTHER")
	allocationModes  = lower("ACROSS", "EACH", "ONE")
	transactionKinds = lower("SALE", "CAPTURE", "AUTHORIZATION", "VOID", "REFUND", "CHANGE", "EMV_AUTHORIZATION",
		"SUGGESTED_REFUND")
	restockKinds    = lower("RETURN", "CANCEL", "LEGACY_RESTOCK", "NO_RESTOCK")
	displayStatuses = lower("ATTEMPTED_DELIVERY", "CANCELED", "CONFIRMED", "DELAYED", "DELIVERED", "FAILURE",
		"FULFILLED", "CARRIER_PICKED_UP", "IN_TRANSIT", "LABEL_PRINTED", "LABEL_PURCHASED", "LABEL_VOIDED",
		"MARKED_AS_FULFILLED", "NOT_DELIVERED", "OUT_FOR_DELIVERY", "READY_FOR_PICKUP", "PICKED_UP", "SUBMITTED")
	inventoryPolicies = lower("DENY", "CONTINUE")
	mediaKinds        = lower("IMAGE", "VIDEO", "EXTERNAL_VIDEO", "MODEL_3D")
	mediaStatuses     = lower("UPLOADED", "PROCESSING", "READY", "FAILED")
	marketingStates   = lower("NOT_SUBSCRIBED", "PENDING", "SUBSCRIBED", "UNSUBSCRIBED", "REDACTED", "INVALID")

	adjustmentKinds = map[string]string{
		"DiscountCodeApplication":      "code",
		"AutomaticDiscountApplication": "automatic",
		"ManualDiscountApplication":    "manual",
		"ScriptDiscountApplication":    "script",
	}
	// providerKinds has no unknown: a service type that Shopify adds later is a third party's.
	providerKinds = map[string]string{"MANUAL": "manual", "THIRD_PARTY": "third_party", "GIFT_CARD": "gift_card"}
	channelKinds  = map[string]string{"online-store": "online_store", "web": "online_store", "pos": "pos"}
)

// Statuses as phases.
var (
	productPhases = map[string]row.Phase{
		"ACTIVE": "Active", "DRAFT": "Draft", "ARCHIVED": "Archived", "UNLISTED": "Unlisted",
	}
	customerPhases = map[string]row.Phase{
		"ENABLED": "Enabled", "DISABLED": "Disabled", "INVITED": "Invited", "DECLINED": "Declined",
	}
	transactionPhases = map[string]row.Phase{
		"PENDING": "Pending", "SUCCESS": "Succeeded", "FAILURE": "Failed", "ERROR": "Error",
		"AWAITING_RESPONSE": "AwaitingResponse", "UNKNOWN": "Unknown",
	}
	fulfillmentPhases = map[string]row.Phase{
		"PENDING": "Pending", "OPEN": "Open", "SUCCESS": "Succeeded", "CANCELLED": "Canceled", "ERROR": "Error",
		"FAILURE": "Failed",
	}
	returnPhases = map[string]row.Phase{
		"REQUESTED": "Requested", "OPEN": "Open", "CLOSED": "Closed", "DECLINED": "Declined", "CANCELED": "Canceled",
	}
)
