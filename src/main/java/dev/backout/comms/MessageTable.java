package dev.backout.comms;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Messages as rows. */
@Component
class MessageTable {

	private static final ObjectMapper JSON = new ObjectMapper();

	private final JdbcClient jdbc;

	private final Clock clock;

	MessageTable(JdbcClient jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	/** Adds the message, unless the key is taken. */
	boolean insert(Message message, @Nullable String key) {
		return this.jdbc.sql("""
				insert into backout.message (id, key, run, template, template_version, audience, release, fields,
					written_by, written_at, message_id)
				values (:id, :key, :run, :template, :version, :audience, :release, :fields::jsonb, :by, :at, :messageId)
				on conflict (key) do nothing""")
			.param("id", message.id())
			.param("key", key)
			.param("run", message.run())
			.param("template", message.template())
			.param("version", message.templateVersion())
			.param("audience", message.audience())
			.param("release", message.release())
			.param("fields", write(message.fields()))
			.param("by", message.writtenBy())
			.param("at", message.writtenAt().atOffset(ZoneOffset.UTC))
			.param("messageId", message.messageId())
			.update() == 1;
	}

	void edit(UUID id, Map<String, String> fields) {
		this.jdbc.sql("update backout.message set fields = :fields::jsonb where id = :id")
			.param("id", id)
			.param("fields", write(fields))
			.update();
	}

	/** Freezes the message as it leaves now. */
	Message sent(UUID id, Rendered content, String by) {
		this.jdbc.sql("""
				update backout.message
				set subject = :subject, text_body = :text, html_body = :html, sent_by = :by, sent_at = :at
				where id = :id""")
			.param("id", id)
			.param("subject", content.subject())
			.param("text", content.text())
			.param("html", content.html())
			.param("by", by)
			.param("at", this.clock.instant().atOffset(ZoneOffset.UTC))
			.update();
		return get(id);
	}

	Message get(UUID id) {
		return find("select * from backout.message where id = :value", id).orElseThrow(() -> unknown(id));
	}

	/** The message, and nobody else can change it until the transaction ends. */
	Message lock(UUID id) {
		return find("select * from backout.message where id = :value for update", id).orElseThrow(() -> unknown(id));
	}

	Optional<Message> withKey(String key) {
		return find("select * from backout.message where key = :value", key);
	}

	private Optional<Message> find(String sql, Object value) {
		return this.jdbc.sql(sql).param("value", value).query(MessageTable::message).optional();
	}

	private static Rejected unknown(UUID id) {
		return new Rejected("message.unknown", "There is no message %s".formatted(id));
	}

	List<Message> of(String run) {
		return this.jdbc.sql("select * from backout.message where run = :run order by written_at, id")
			.param("run", run)
			.query(MessageTable::message)
			.list();
	}

	List<Message> latest(int atMost) {
		return this.jdbc.sql("""
				select * from backout.message
				where sent_at is not null and audience not like 'confirm:%' order by sent_at desc, id limit :limit""")
			.param("limit", atMost)
			.query(MessageTable::message)
			.list();
	}

	/** Id of the first message that went to the same audience about the same run. */
	Optional<String> thread(Message message) {
		return this.jdbc.sql("""
				select message_id from backout.message
				where run = :run and audience = :audience and sent_at is not null
				order by sent_at, id limit 1""")
			.param("run", message.run())
			.param("audience", message.audience())
			.query(String.class)
			.optional();
	}

	private static Message message(ResultSet row, int number) throws SQLException {
		return new Message(row.getObject("id", UUID.class), row.getString("run"), row.getString("template"),
				row.getInt("template_version"), row.getString("audience"), row.getString("release"),
				read(row.getString("fields")), row.getString("written_by"), row.getTimestamp("written_at").toInstant(),
				row.getString("message_id"), sent(row));
	}

	private static Message.@Nullable Sent sent(ResultSet row) throws SQLException {
		if (row.getTimestamp("sent_at") == null) {
			return null;
		}
		var content = new Rendered(row.getString("subject"), row.getString("text_body"), row.getString("html_body"));
		return new Message.Sent(content, row.getString("sent_by"), row.getTimestamp("sent_at").toInstant());
	}

	private static String write(Map<String, String> fields) {
		try {
			return JSON.writeValueAsString(fields);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Map<String, String> read(String fields) {
		try {
			return JSON.readValue(fields, new TypeReference<Map<String, String>>() {
			});
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
