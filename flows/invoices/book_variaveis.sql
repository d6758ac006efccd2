-- The book of the portfolio: one row for each window U1M, U3M, U6M, U12M, known on the day before ${dt_base}.
-- Every sum over a window is a sum over parts of it, so each invoice is counted once, in the shortest window that holds
-- it, and the windows are put together from those few rows. Shares and means are worked out in whole numbers as
-- (2 a + b) / 2b, the remainder taken off before dividing, so that they are exact, rounded half up at the sixth place,
-- and the same in an engine that divides decimals and in one that does not. A share of what was paid, or a mean of a
-- client, that is beyond twelve digits says nothing and is NULL.
WITH partes_faturas AS (
  SELECT menor, count(*) AS faturas, sum(valor_fatura) AS valor, sum(pago) AS pago,
    count(CASE WHEN primeiro <= data_vencimento THEN 1 END) AS no_prazo,
    count(CASE WHEN primeiro IS NULL AND data_vencimento < ${dt_base} THEN 1 END) AS inadimplentes,
    coalesce(sum(CASE WHEN primeiro IS NULL AND data_vencimento < ${dt_base} THEN valor_fatura END), 0) AS valor_inadimplente,
    count(CASE WHEN dias_atraso > 0 THEN 1 END) AS atrasos, sum(dias_atraso) AS dias, max(dias_atraso) AS maior_atraso
  FROM (
    SELECT *,
      CASE WHEN data_emissao >= ${dt_base - 1 month} THEN 1 WHEN data_emissao >= ${dt_base - 3 months} THEN 3
           WHEN data_emissao >= ${dt_base - 6 months} THEN 6 ELSE 12 END AS menor
    FROM faturas_pagas
  ) AS fatura
  GROUP BY menor
),
partes_clientes AS (
  SELECT menor, count(*) AS clientes
  FROM (
    SELECT id_cliente,
      CASE WHEN max(data_emissao) >= ${dt_base - 1 month} THEN 1 WHEN max(data_emissao) >= ${dt_base - 3 months} THEN 3
           WHEN max(data_emissao) >= ${dt_base - 6 months} THEN 6 ELSE 12 END AS menor
    FROM faturas_pagas
    GROUP BY id_cliente
  ) AS cliente
  GROUP BY menor
),
partes_pagamentos AS (
  SELECT menor, count(*) AS pagamentos, sum(valor_pagamento) AS valor
  FROM (
    SELECT valor_pagamento,
      CASE WHEN data_pagamento >= ${dt_base - 1 month} THEN 1 WHEN data_pagamento >= ${dt_base - 3 months} THEN 3
           WHEN data_pagamento >= ${dt_base - 6 months} THEN 6 ELSE 12 END AS menor
    FROM curated.tb_pagamentos
    WHERE data_pagamento >= ${dt_base - 12 months} AND data_pagamento < ${dt_base}
      AND (ano > ${ano(dt_base - 12 months)} OR (ano = ${ano(dt_base - 12 months)} AND mes >= ${mes(dt_base - 12 months)}))
  ) AS pagamento
  GROUP BY menor
),
janelas AS (
  SELECT * FROM (VALUES
    (1, 'U1M', ${dt_base - 1 month}), (3, 'U3M', ${dt_base - 3 months}),
    (6, 'U6M', ${dt_base - 6 months}), (12, 'U12M', ${dt_base - 12 months})
  ) AS janela(meses, periodo, dt_inicio)
),
somas_faturas AS (
  SELECT j.meses, coalesce(sum(p.faturas), 0) AS faturas, coalesce(sum(p.valor), 0) AS valor,
    coalesce(sum(p.pago), 0) AS pago, coalesce(sum(p.no_prazo), 0) AS no_prazo,
    coalesce(sum(p.inadimplentes), 0) AS inadimplentes, coalesce(sum(p.valor_inadimplente), 0) AS valor_inadimplente,
    coalesce(sum(p.atrasos), 0) AS atrasos, coalesce(sum(p.dias), 0) AS dias, coalesce(max(p.maior_atraso), 0) AS maior_atraso
  FROM janelas AS j LEFT JOIN partes_faturas AS p ON p.menor <= j.meses
  GROUP BY j.meses
),
somas_clientes AS (
  SELECT j.meses, coalesce(sum(p.clientes), 0) AS clientes
  FROM janelas AS j LEFT JOIN partes_clientes AS p ON p.menor <= j.meses
  GROUP BY j.meses
),
somas_pagamentos AS (
  SELECT j.meses, coalesce(sum(p.pagamentos), 0) AS pagamentos, coalesce(sum(p.valor), 0) AS valor
  FROM janelas AS j LEFT JOIN partes_pagamentos AS p ON p.menor <= j.meses
  GROUP BY j.meses
),
-- Whole numbers: counts, days and cents, with 38 digits so that nothing overflows on the way.
inteiros AS (
  SELECT j.meses, j.periodo, j.dt_inicio, f.maior_atraso,
    CAST(f.faturas AS DECIMAL(38,0)) AS faturas, CAST(f.valor * 100 AS DECIMAL(38,0)) AS valor,
    CAST(f.pago * 100 AS DECIMAL(38,0)) AS pago, CAST(f.no_prazo AS DECIMAL(38,0)) AS no_prazo,
    CAST(f.inadimplentes AS DECIMAL(38,0)) AS inadimplentes, CAST(f.atrasos AS DECIMAL(38,0)) AS atrasos,
    CAST(f.valor_inadimplente * 100 AS DECIMAL(38,0)) AS valor_inadimplente,
    CAST(f.dias AS DECIMAL(38,0)) AS dias, CAST(c.clientes AS DECIMAL(38,0)) AS clientes,
    CAST(p.pagamentos AS DECIMAL(38,0)) AS pagamentos, CAST(p.valor * 100 AS DECIMAL(38,0)) AS valor_pagamentos
  FROM janelas AS j
  JOIN somas_faturas AS f ON f.meses = j.meses
  JOIN somas_clientes AS c ON c.meses = j.meses
  JOIN somas_pagamentos AS p ON p.meses = j.meses
)
SELECT
  periodo,
  dt_inicio,
  ${dt_base} AS dt_fim,
  CAST(faturas AS BIGINT) AS total_faturas,
  CAST(valor * 0.01 AS DECIMAL(38,2)) AS valor_total_faturas,
  CAST(CAST(((20000 * valor + faturas) - mod((20000 * valor + faturas), nullif(2 * faturas, 0))) / nullif(2 * faturas, 0) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(18,6)) AS valor_medio_faturas,
  CAST(pagamentos AS BIGINT) AS total_pagamentos,
  CAST(valor_pagamentos * 0.01 AS DECIMAL(38,2)) AS valor_total_pagamentos,
  CAST(CAST(((20000 * valor_pagamentos + pagamentos) - mod((20000 * valor_pagamentos + pagamentos), nullif(2 * pagamentos, 0))) / nullif(2 * pagamentos, 0) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(18,6)) AS valor_medio_pagamentos,
  CAST(CAST(((200000000 * no_prazo + faturas) - mod((200000000 * no_prazo + faturas), nullif(2 * faturas, 0))) / nullif(2 * faturas, 0) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(18,6)) AS percentual_pagamento_prazo,
  CAST(CAST(((200000000 * inadimplentes + faturas) - mod((200000000 * inadimplentes + faturas), nullif(2 * faturas, 0))) / nullif(2 * faturas, 0) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(18,6)) AS percentual_inadimplencia,
  CAST(atrasos AS BIGINT) AS total_atrasos,
  CAST(CAST(((200000000 * atrasos + faturas) - mod((200000000 * atrasos + faturas), nullif(2 * faturas, 0))) / nullif(2 * faturas, 0) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(18,6)) AS percentual_atrasos,
  CAST(CAST(((2000000 * dias + atrasos) - mod((2000000 * dias + atrasos), nullif(2 * atrasos, 0))) / nullif(2 * atrasos, 0) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(18,6)) AS media_dias_atraso,
  CAST(maior_atraso AS INTEGER) AS max_dias_atraso,
  CAST(valor_inadimplente * 0.01 AS DECIMAL(38,2)) AS valor_inadimplente,
  CAST(TRY_CAST(((200000000 * pago + valor) - mod((200000000 * pago + valor), nullif(2 * valor, 0))) / nullif(2 * valor, 0) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(18,6)) AS percentual_valor_pago,
  CAST(clientes AS BIGINT) AS total_clientes,
  CAST(TRY_CAST(((20000 * valor + clientes) - mod((20000 * valor + clientes), nullif(2 * clientes, 0))) / nullif(2 * clientes, 0) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(18,6)) AS media_fatura_por_cliente,
  CAST(TRY_CAST(((20000 * valor_pagamentos + clientes) - mod((20000 * valor_pagamentos + clientes), nullif(2 * clientes, 0))) / nullif(2 * clientes, 0) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(18,6)) AS media_pagamento_por_cliente
FROM inteiros
ORDER BY meses
