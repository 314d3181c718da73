-- What edits of orders have added and taken away, by shop day and currency, as the events tell it: on the day of the edit,
-- and off the day of the order, whose lines hold by now what was added later. What the discounts of an edit were is not
-- kept, so the amounts after discounts of these days are not known to the last place.
-- $1: time zone; $2: the store's id; $3 and $4: from and until when
WITH edited AS (
    SELECT c.confirm_ts, l.order_process_ts, l.currency_code, a.action, a.quantity, a.quantity * l.unit_price AS gross
    FROM order_change c
    JOIN order_change_action a ON a.order_change_id = c.id
    JOIN order_line_item l ON l.id = a.order_line_item_id
    JOIN order_header o ON o.id = c.order_header_id
    WHERE c.change_kind = 'edit' AND a.action IN ('item_add', 'item_remove')
      AND o.store_id = $2 AND NOT o.is_test
      AND (c.delete_ts IS NULL OR c.delete_ts >= o.delete_ts)
      AND (a.delete_ts IS NULL OR a.delete_ts >= o.delete_ts)
      AND (l.delete_ts IS NULL OR l.delete_ts >= o.delete_ts)
), moved AS (
    SELECT confirm_ts AS ts, currency_code, quantity AS units, gross, 0 AS units_refunded, 0::numeric AS refunded
    FROM edited WHERE action = 'item_add'
    UNION ALL
    SELECT order_process_ts, currency_code, -quantity, -gross, 0, 0 FROM edited WHERE action = 'item_add'
    UNION ALL
    SELECT confirm_ts, currency_code, 0, 0, quantity, gross FROM edited WHERE action = 'item_remove'
)
SELECT (ts AT TIME ZONE $1::text)::date AS day,
       currency_code,
       sum(units)::bigint          AS units_ordered,
       sum(gross)                  AS gross_amount,
       sum(units_refunded)::bigint AS units_refunded,
       sum(refunded)               AS refund_amount
FROM moved
WHERE ts >= $3 AND ts < $4
GROUP BY 1, 2;
