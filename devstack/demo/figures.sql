-- What is live in the mirror. Money is read as text, exactly as it is stored.
SELECT (SELECT count(*) FROM order_header WHERE delete_ts IS NULL),
       (SELECT count(*) FROM product WHERE delete_ts IS NULL),
       (SELECT count(*) FROM customer WHERE delete_ts IS NULL),
       lines.lines,
       lines.units,
       lines.gross::text,
       refunds.lines,
       refunds.units,
       refunds.amount::text
  FROM (SELECT count(*)                                AS lines,
               coalesce(sum(quantity), 0)              AS units,
               coalesce(sum(quantity * unit_price), 0) AS gross
          FROM order_line_item
         WHERE delete_ts IS NULL) AS lines,
       (SELECT count(*)                   AS lines,
               coalesce(sum(quantity), 0) AS units,
               coalesce(sum(subtotal), 0) AS amount
          FROM payment_refund_item
         WHERE delete_ts IS NULL) AS refunds
