-- The store that a load belongs to.
-- $1: myshopify.com domain
SELECT id, default_currency_code FROM store WHERE shop_domain = $1 AND delete_ts IS NULL
