-- One row per invoice of the twelve months before ${dt_base}, with what was paid of it before that day and how late.
SELECT f.id_cliente, f.data_emissao, f.data_vencimento, f.valor_fatura, f.valor_pagamento_minimo, p.primeiro,
  coalesce(p.pago, 0) AS pago,
  CASE WHEN p.primeiro > f.data_vencimento THEN date_diff('day', f.data_vencimento, p.primeiro)
       WHEN p.primeiro IS NULL AND f.data_vencimento < ${dt_base} THEN date_diff('day', f.data_vencimento, ${dt_base})
       ELSE 0 END AS dias_atraso
FROM curated.tb_faturas AS f
LEFT JOIN (
  SELECT g.id_fatura, CAST(sum(g.valor_pagamento) AS DECIMAL(18,2)) AS pago, min(g.data_pagamento) AS primeiro
  FROM (
    -- What was paid in the window is nearly all for its own invoices: looking those up would cost more than it saves.
    SELECT id_fatura, valor_pagamento, data_pagamento FROM curated.tb_pagamentos
    WHERE data_pagamento < ${dt_base} AND (ano < ${ano} OR (ano = ${ano} AND mes <= ${mes}))
      AND (ano > ${ano(dt_base - 12 months)} OR (ano = ${ano(dt_base - 12 months)} AND mes >= ${mes(dt_base - 12 months)}))
    UNION ALL
    -- Of what was ever paid before, hardly anything is. Not IN (SELECT ...): for that DuckDB may hold all payments in
    -- memory until the end.
    SELECT antes.id_fatura, antes.valor_pagamento, antes.data_pagamento
    FROM curated.tb_pagamentos AS antes
    JOIN (
      SELECT id_fatura FROM curated.tb_faturas
      WHERE data_emissao >= ${dt_base - 12 months} AND data_emissao < ${dt_base}
        AND (ano > ${ano(dt_base - 12 months)} OR (ano = ${ano(dt_base - 12 months)} AND mes >= ${mes(dt_base - 12 months)}))
    ) AS da_janela ON da_janela.id_fatura = antes.id_fatura
    -- By its date as well as by its partition, though one says the other: so DuckDB takes it for the few rows it is, and
    -- looks the window's invoices up among what was added up, not the other way round, which needs both in memory.
    WHERE antes.data_pagamento < ${dt_base}
      AND (antes.ano < ${ano(dt_base - 12 months)} OR (antes.ano = ${ano(dt_base - 12 months)} AND antes.mes < ${mes(dt_base - 12 months)}))
  ) AS g
  GROUP BY g.id_fatura
) AS p ON p.id_fatura = f.id_fatura
WHERE f.data_emissao >= ${dt_base - 12 months} AND f.data_emissao < ${dt_base}
  AND (f.ano > ${ano(dt_base - 12 months)} OR (f.ano = ${ano(dt_base - 12 months)} AND f.mes >= ${mes(dt_base - 12 months)}))
