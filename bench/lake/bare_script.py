# SPDX-License-Identifier: Apache-2.0
"""The invoice lake as somebody would write it for DuckDB alone: typed Parquet by month from the CSV files, the book of
the portfolio and the book of the client. No contract, no quarantine, no reconciliation, no history."""

import itertools

WINDOWS = {"u1m": 1, "u3m": 3, "u6m": 6, "u9m": 9, "u12m": 12}
TERM = ["sem_pagamento", "pagamento_atrasado", "pagamento_no_prazo", "pagamento_antecipado"]
AMOUNT = ["pagamento_insuficiente", "pagamento_minimo", "pagamento_parcial", "pagamento_total"]
SUMMED = {"valor_fatura": ["sum", "avg", "max", "min"], "valor_pagamento_minimo": ["sum", "avg", "max", "min"],
          "valor_pagamento": ["sum", "avg", "max", "min"], "dias_atraso": ["avg", "max", "min"],
          "pct_fatura_paga": ["avg", "max", "min"], "qtd_faturas": ["sum"]}  # fmt: skip

SETTINGS = """SET threads = {threads};
SET memory_limit = '{memory}';
SET temp_directory = '{scratch}';
SET preserve_insertion_order = false;
"""

CURATED = """COPY (SELECT *, year(data_emissao) AS ano, month(data_emissao) AS mes FROM read_csv('{files}/tb_faturas_*.csv', header = true,
  columns = {{'id_fatura': 'VARCHAR', 'id_cliente': 'INTEGER', 'data_emissao': 'DATE', 'data_vencimento': 'DATE',
  'valor_fatura': 'DECIMAL(18,2)', 'valor_pagamento_minimo': 'DECIMAL(18,2)'}}))
TO '{out}/curated/tb_faturas' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (ano, mes));
COPY (SELECT *, year(data_pagamento) AS ano, month(data_pagamento) AS mes FROM read_csv('{files}/tb_pagamentos_*.csv', header = true,
  columns = {{'id_pagamento': 'VARCHAR', 'id_fatura': 'VARCHAR', 'id_cliente': 'INTEGER', 'data_pagamento': 'DATE',
  'valor_pagamento': 'DECIMAL(18,2)'}}))
TO '{out}/curated/tb_pagamentos' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (ano, mes));
CREATE VIEW faturas AS SELECT * FROM read_parquet('{out}/curated/tb_faturas/*/*/*.parquet', hive_partitioning = true);
CREATE VIEW pagamentos AS SELECT * FROM read_parquet('{out}/curated/tb_pagamentos/*/*/*.parquet', hive_partitioning = true);
"""

# One row per invoice of the longest window, with what had been paid before dt_base.
EVENTS = """CREATE OR REPLACE TABLE eventos AS
WITH pagos AS (SELECT id_fatura, sum(valor_pagamento) AS pago, min(data_pagamento) AS primeiro FROM pagamentos
  WHERE data_pagamento < DATE '{base}' GROUP BY id_fatura)
SELECT f.id_fatura, f.id_cliente, f.data_emissao, f.data_vencimento, f.valor_fatura, f.valor_pagamento_minimo, p.primeiro,
  coalesce(p.pago, 0) AS valor_pagamento, p.primeiro IS NULL AND f.data_vencimento < DATE '{base}' AS inadimplente,
  CASE WHEN p.primeiro > f.data_vencimento THEN date_diff('day', f.data_vencimento, p.primeiro)
       WHEN p.primeiro IS NULL AND f.data_vencimento < DATE '{base}' THEN date_diff('day', f.data_vencimento, DATE '{base}')
       ELSE 0 END AS dias_atraso,
  CAST(100 * coalesce(p.pago, 0) / nullif(f.valor_fatura, 0) AS DECIMAL(18,6)) AS pct_fatura_paga, 1 AS qtd_faturas,
  CASE WHEN p.primeiro IS NULL THEN 'sem_pagamento' WHEN p.primeiro > f.data_vencimento THEN 'pagamento_atrasado'
       WHEN p.primeiro = f.data_vencimento THEN 'pagamento_no_prazo' ELSE 'pagamento_antecipado' END AS prazo,
  CASE WHEN p.primeiro IS NULL THEN 'sem_pagamento' WHEN p.pago < f.valor_pagamento_minimo THEN 'pagamento_insuficiente'
       WHEN p.pago >= f.valor_fatura THEN 'pagamento_total' WHEN p.pago = f.valor_pagamento_minimo THEN 'pagamento_minimo'
       ELSE 'pagamento_parcial' END AS faixa
FROM faturas f LEFT JOIN pagos p USING (id_fatura)
WHERE f.data_emissao >= DATE '{base}' - INTERVAL 12 MONTH AND f.data_emissao < DATE '{base}';
"""

PORTFOLIO = """SELECT DATE '{base}' AS dt_base, 'U{k}M' AS periodo, f.*, p.* FROM
(SELECT count(*) AS total_faturas, sum(valor_fatura) AS valor_total_faturas, avg(valor_fatura) AS valor_medio_faturas,
  100 * avg(CASE WHEN primeiro <= data_vencimento THEN 1 ELSE 0 END) AS percentual_pagamento_prazo,
  100 * avg(CASE WHEN inadimplente THEN 1 ELSE 0 END) AS percentual_inadimplencia,
  count(*) FILTER (WHERE dias_atraso > 0) AS total_atrasos, avg(dias_atraso) FILTER (WHERE dias_atraso > 0) AS media_dias_atraso,
  max(dias_atraso) AS max_dias_atraso, sum(valor_fatura) FILTER (WHERE inadimplente) AS valor_inadimplente,
  100 * sum(valor_pagamento) / sum(valor_fatura) AS percentual_valor_pago, count(DISTINCT id_cliente) AS total_clientes
  FROM eventos WHERE data_emissao >= DATE '{base}' - INTERVAL {k} MONTH) f,
(SELECT count(*) AS total_pagamentos, sum(valor_pagamento) AS valor_total_pagamentos, avg(valor_pagamento) AS valor_medio_pagamentos
  FROM pagamentos WHERE data_pagamento >= DATE '{base}' - INTERVAL {k} MONTH AND data_pagamento < DATE '{base}') p"""


def client_book(base, slices):
    """The statements for the book of the client, by slices of clients so that the aggregates fit in memory."""
    classes = [("prazo", value) for value in TERM] + [("faixa", value) for value in AMOUNT]
    columns = []
    for (kind, value), (measure, aggregates), (window, months) in itertools.product(classes, SUMMED.items(), WINDOWS.items()):
        for aggregate in aggregates:
            # Not FILTER: what it costs DuckDB grows with the square of the number of aggregates.
            columns.append(f"{aggregate}(CASE WHEN {kind} = '{value}' AND data_emissao >= DATE '{base}' - INTERVAL {months} MONTH THEN {measure} END)"
                           f" AS {measure}_{aggregate}_{window}_{value}")  # fmt: skip
    listed = ",\n  ".join(columns)
    for index in range(slices):
        yield (f"COPY (SELECT id_cliente, {listed}\nFROM eventos WHERE hash(id_cliente) % {slices} = {index} GROUP BY id_cliente)\n"
               f"TO '{{out}}/refined/book_cliente/dt_base={base}/part-{index}.parquet' (FORMAT parquet, COMPRESSION zstd);")  # fmt: skip


def script(files, out, scratch, dt_bases, slices, threads=2, memory="3GB"):
    """The whole script; `out` needs the folders refined/book_cliente/dt_base=... and curated to exist."""
    parts = [SETTINGS.format(threads=threads, memory=memory, scratch=scratch), CURATED.format(files=files, out=out)]
    portfolio = []
    for number, base in enumerate(dt_bases):
        parts.append(EVENTS.format(base=base))
        union = "\nUNION ALL ".join(PORTFOLIO.format(base=base, k=k) for k in (1, 3, 6, 12))
        parts.append(f"CREATE TABLE book_{number} AS {union};")
        portfolio.append(f"SELECT * FROM book_{number}")
        parts.extend(statement.format(out=out) for statement in client_book(base, slices))
    parts.append(f"COPY ({' UNION ALL '.join(portfolio)}) TO '{out}/refined/book_variaveis' (FORMAT parquet, PARTITION_BY (dt_base));")
    parts.append("SELECT count(*), sum(valor_fatura) FROM faturas;")
    return "\n".join(parts)
