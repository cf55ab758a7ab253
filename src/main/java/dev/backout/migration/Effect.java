package dev.backout.migration;

/**
 * One thing that a statement does.
 *
 * @param kind what
 * @param on the table it belongs to, or the object itself
 * @param name the object, unless that is {@code on}
 * @param lock PostgreSQL's lock on {@code on}, with its cost; empty for none
 * @param rewrite whether the table is written anew
 * @param text the action or statement, made plain
 * @param sql the statement's first words
 */
record Effect(Kind kind, String on, String name, String lock, boolean rewrite, String text, String sql) {

	/** How it reads: {@code emp.salary}, or {@code emp}. */
	String object() {
		return this.name.isEmpty() ? this.on : (this.on.isEmpty()) ? this.name : this.on + "." + this.name;
	}

	enum Kind {

		CREATE_TABLE("table"), DROP_TABLE("table"), TRUNCATE("table"), ADD_COLUMN("column"), DROP_COLUMN("column"),
		CHANGE_TYPE("column"), SET_NOT_NULL("not-null"), DROP_NOT_NULL("not-null"), SET_DEFAULT("default"),
		DROP_DEFAULT("default"), ADD_CONSTRAINT("constraint"), DROP_CONSTRAINT("constraint"), CREATE_INDEX("index"),
		DROP_INDEX("index"), CREATE_VIEW("view"), REPLACE_VIEW("view"), DROP_VIEW("view"), CREATE_ROUTINE("routine"),
		REPLACE_ROUTINE("routine"), DROP_ROUTINE("routine"), CREATE_TRIGGER("trigger"), DROP_TRIGGER("trigger"),
		CREATE_SEQUENCE("sequence"), ALTER_SEQUENCE("sequence"), DROP_SEQUENCE("sequence"), CREATE_TYPE("type"),
		ADD_ENUM_VALUE("enum"), DROP_TYPE("type"), CREATE_SCHEMA("schema"), DROP_SCHEMA("schema"), RENAME("name"),
		INSERT("rows"), UPDATE("rows"), DELETE("rows"), MERGE("rows"), COMMENT("comment"), GRANT("grant"),
		REVOKE("grant"), ALTER("setting"), CREATE("object"), DROP("object"), PROCEDURE("code"), HARMLESS("nothing"),
		HOST("host"), UNKNOWN("unknown");

		/** What kind of thing it is about: what creates it and what drops it agree. */
		final String about;

		Kind(String about) {
			this.about = about;
		}

		boolean creates() {
			return name().startsWith("CREATE") || name().startsWith("ADD_") || this == SET_NOT_NULL
					|| this == SET_DEFAULT || this == GRANT;
		}

		boolean drops() {
			return name().startsWith("DROP") || this == REVOKE;
		}

		boolean rows() {
			return this.about.equals("rows") || this == TRUNCATE;
		}

	}

}
