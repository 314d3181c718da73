-- What the order lines of some days add up to, by shop day and currency: what measurement.sales must show. A line's
-- discount is what all discounts take off it, those of the whole order too, as its event says. An order that was deleted
-- with its lines was sold all the same: its events stand.
-- $1: time zone; $2: the store's id; $3 and $4: from and until when
SELECT (l.order_process_ts AT TIME ZONE $1::text)::date AS day,
       l.currency_code,
       sum(l.quantity)::bigint AS units_ordered,
       sum(coalesce(l.original_total, l.unit_price * l.quantity)) AS gross_amount,
       sum(coalesce(
           (SELECT sum(a.amount) FROM order_line_item_adjustment a WHERE a.order_line_item_id = l.id AND (a.delete_ts IS NULL OR a.delete_ts >= o.delete_ts)),
           l.total_discount, 0)) AS discount_amount
FROM order_line_item l
JOIN order_header o ON o.id = l.order_header_id
WHERE o.store_id = $2 AND NOT o.is_test AND (l.delete_ts IS NULL OR l.delete_ts >= o.delete_ts)
  AND l.order_process_ts >= $3 AND l.order_process_ts < $4
GROUP BY 1, 2;
