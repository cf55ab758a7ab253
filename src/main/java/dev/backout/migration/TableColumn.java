package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A column as one needs to know it to write a row.
 *
 * @param name quoted where needed
 * @param type as SQL writes it
 * @param base name of the type below domains, such as {@code int4}
 * @param kind {@code b}ase, {@code e}num, {@code c}omposite, {@code r}ange...
 * @param limit length of a text, or digits before the point; -1 for none
 * @param required NOT NULL
 * @param hasDefault whether leaving it out gives a value
 * @param key place in the primary key, or 0
 * @param reference table and column that a foreign key names, or null
 * @param allowed literals that a check constraint lists, or null
 * @param number stays when the column is renamed
 */
record TableColumn(String name, String type, String base, String kind, int limit, boolean required, boolean hasDefault,
		int key, @Nullable String reference, @Nullable List<String> allowed, int number) {

	private static final Pattern LITERAL = Pattern.compile("'((?:[^']|'')*)'");

	private static final Set<String> INDEXABLE = Set.of("smallint", "integer", "bigint", "uuid", "text",
			"character varying", "date");

	private static final String COLUMNS = """
			with recursive base(start, oid, kind, next, typmod) as (
				select t.oid, t.oid, t.typtype, t.typbasetype, t.typtypmod from pg_catalog.pg_type t
				where t.oid in (select atttypid from pg_catalog.pg_attribute where attrelid = ?::regclass)
				union all
				select b.start, t.oid, t.typtype, t.typbasetype, case when b.typmod >= 0 then b.typmod else t.typtypmod end
				from base b join pg_catalog.pg_type t on b.kind = 'd' and t.oid = b.next)
			select format('%I', a.attname), format_type(a.atttypid, a.atttypmod), t.typname, t.typtype,
				case when a.atttypmod >= 0 then a.atttypmod else b.typmod end, a.attnotnull,
				a.atthasdef or a.attidentity <> '', coalesce(array_position(p.conkey, a.attnum), 0),
				(select f.confrelid::regclass::text || '|' || format('%I', fa.attname) from pg_catalog.pg_constraint f
					join pg_catalog.pg_attribute fa on fa.attrelid = f.confrelid
						and fa.attnum = f.confkey[array_position(f.conkey, a.attnum)]
					where f.conrelid = a.attrelid and f.contype = 'f' and a.attnum = any (f.conkey) limit 1),
				(select pg_get_constraintdef(c.oid) from pg_catalog.pg_constraint c
					where (c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum]) or c.contypid = a.atttypid
					order by length(pg_get_constraintdef(c.oid)) desc limit 1), a.attnum
			from pg_catalog.pg_attribute a
			join base b on b.start = a.atttypid and b.kind <> 'd'
			join pg_catalog.pg_type t on t.oid = b.oid
			left join pg_catalog.pg_constraint p on p.conrelid = a.attrelid and p.contype = 'p'
			where a.attrelid = ?::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
			order by a.attnum""";

	/** Columns that a row can be given. */
	static List<TableColumn> of(Connection connection, String table) throws SQLException {
		var columns = new ArrayList<TableColumn>();
		try (var find = connection.prepareStatement(COLUMNS)) {
			find.setString(1, table);
			find.setString(2, table);
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					columns
						.add(new TableColumn(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4),
								limit(rows.getString(3), rows.getInt(5)), rows.getBoolean(6), rows.getBoolean(7),
								rows.getInt(8), rows.getString(9), literals(rows.getString(10)), rows.getInt(11)));
				}
			}
		}
		return columns;
	}

	private static int limit(String base, int modifier) {
		if (modifier < 4) {
			return -1;
		}
		return switch (base) {
			case "varchar", "bpchar" -> modifier - 4;
			case "numeric" -> (((modifier - 4) >> 16) & 0xffff) - ((modifier - 4) & 0x7ff);
			default -> -1;
		};
	}

	private static @Nullable List<String> literals(@Nullable String check) {
		if (check == null) {
			return null;
		}
		var found = LITERAL.matcher(check).results().map((literal) -> literal.group(1)).toList();
		return found.isEmpty() ? null : found;
	}

	/** SQL for being equal to a text; by an index where the type allows it. */
	String comparison(String alias, String text) {
		return (this.key > 0 && INDEXABLE.contains(this.type.replaceFirst("\\(.*", "")))
				? "%s.%s = %s::%s".formatted(alias, this.name, text, this.type)
				: "%s.%s::text = %s".formatted(alias, this.name, text);
	}

	boolean textual() {
		return this.base.equals("text") || this.base.equals("varchar") || this.base.equals("bpchar");
	}

	/**
	 * SQL for a value of row {@code i}; null if we know none.
	 * @param base where numbers start, so that they meet no others
	 */
	@Nullable String value(long base) {
		if (this.reference != null) {
			var parts = this.reference.split(Matcher.quoteReplacement("\\|"));
			return "(select r.v from (select %2$s as v, row_number() over (order by %2$s) as n, count(*) over () as c from %1$s) r where r.n = 1 + i %% r.c)"
				.formatted(parts[0], parts[1]);
		}
		if (this.allowed != null && (textual() || this.kind.equals("e"))) {
			return "(array[%s])[1 + i %% %d]::%s".formatted(
					String.join(", ", this.allowed.stream().map((text) -> "'" + text + "'").toList()),
					this.allowed.size(), this.type);
		}
		var plain = plain(base);
		return (plain != null) ? "(%s)::%s".formatted(plain, this.type) : null;
	}

	private @Nullable String plain(long base) {
		if (this.kind.equals("e")) {
			return "(enum_range(null::%s))[1]".formatted(this.type);
		}
		if (this.base.startsWith("_")) {
			return "'{}'";
		}
		return switch (this.base) {
			case "int2" -> "20000 + (%d + i) %% 10000".formatted(base % 10000);
			case "int4", "int8", "oid" -> "%d + i".formatted(base);
			case "numeric" -> (this.limit >= 0 && this.limit < 10)
					? "(%d + i) %% %d".formatted(base % 1000, Math.max(1, (long) Math.pow(10, this.limit)))
					: "%d + i".formatted(base);
			case "float4", "float8" -> "%d + i + 0.5".formatted(base % 10000);
			case "money" -> "(%d + i)::numeric".formatted(base % 10000);
			case "text", "varchar", "bpchar", "citext", "name" -> text(base);
			case "bool" -> "i % 2 = 0";
			case "date", "timestamp", "timestamptz" ->
				"timestamp '2020-01-01' + (%d + i) * interval '1 hour'".formatted(base % 10000);
			case "time", "timetz" -> "time '08:00' + i * interval '1 minute'";
			case "interval" -> "i * interval '1 minute'";
			case "uuid" -> "md5((%d + i)::text)".formatted(base);
			case "json", "jsonb" -> "'{\"n\": ' || i || '}'";
			case "xml" -> "'<n/>'";
			case "bytea" -> "decode(md5((%d + i)::text), 'hex')".formatted(base);
			case "inet", "cidr" -> "'10.0.0.' || (i % 250)";
			case "hstore", "tsvector" -> "''";
			default -> null;
		};
	}

	private String text(long base) {
		var long36 = "'g' || (%d + i)::text".formatted(base);
		return (this.limit < 0 || this.limit > 12) ? long36
				: "right(md5((%d + i)::text), %d)".formatted(base, Math.max(1, this.limit));
	}

}
