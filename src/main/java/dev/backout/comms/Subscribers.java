package dev.backout.comms;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who asked for the status page by e-mail and confirmed it. */
@Component
class Subscribers {

	private final JdbcClient jdbc;

	private final Clock clock;

	Subscribers(JdbcClient jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	/** Subscribers of any of these components; with none given, of anything. */
	List<Recipient> recipients(List<String> components) {
		return this.jdbc.sql("""
				select id, address from backout.status_subscriber
				where components = '{}' or components && :components::text[] or cardinality(:components::text[]) = 0
				order by address""")
			.param("components", components.toArray(String[]::new))
			.query((row, number) -> new Recipient(row.getString("address"), "", row.getObject("id", UUID.class)))
			.list();
	}

	void add(String address, List<String> components) {
		this.jdbc.sql("""
				insert into backout.status_subscriber (address, components, confirmed_at)
				values (:address, :components, :now)
				on conflict (address) do update set components = excluded.components""")
			.param("address", address)
			.param("components", components.toArray(String[]::new))
			.param("now", this.clock.instant().atOffset(ZoneOffset.UTC))
			.update();
	}

	boolean remove(UUID id) {
		return this.jdbc.sql("delete from backout.status_subscriber where id = :id").param("id", id).update() == 1;
	}

	/** How often this address was asked to confirm since a moment, to stop mail bombs. */
	int askedSince(String address, Duration ago) {
		return this.jdbc.sql("""
				select count(*) from backout.delivery d join backout.message m on m.id = d.message
				where d.address = :address and m.template = 'subscription-confirm' and m.sent_at > :since""")
			.param("address", address)
			.param("since", this.clock.instant().minus(ago).atOffset(ZoneOffset.UTC))
			.query(Integer.class)
			.single();
	}

	/** An address that never confirmed is forgotten, with the message that asked it. */
	void forget(Duration after) {
		this.jdbc.sql("""
				delete from backout.message where template = 'subscription-confirm' and written_at < :before""")
			.param("before", this.clock.instant().minus(after).atOffset(ZoneOffset.UTC))
			.update();
	}

}
