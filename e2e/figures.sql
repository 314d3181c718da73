-- What is live in the mirror, in the words of the simulator's totals. Money as text, exactly as it is stored.
SELECT (SELECT count(*) FROM order_header WHERE delete_ts IS NULL)         AS orders,
       (SELECT count(*) FROM product WHERE delete_ts IS NULL)              AS products,
       (SELECT count(*) FROM product_variant WHERE delete_ts IS NULL)      AS variants,
       (SELECT count(*) FROM customer WHERE delete_ts IS NULL)             AS customers,
       lines.lines,
       lines.units,
       lines.gross::text,
       refunds.lines                                                       AS refund_lines,
       refunds.units                                                       AS refund_units,
       refunds.amount::text                                                AS refunded
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
