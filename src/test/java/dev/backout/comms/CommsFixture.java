package dev.backout.comms;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.backout.TestDatabase;
import dev.backout.catalog.Audience;
import dev.backout.catalog.Changelog;
import dev.backout.catalog.Component;
import dev.backout.catalog.FailureMode;
import dev.backout.catalog.Owners;
import dev.backout.catalog.Product;
import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.catalog.Selection;
import dev.backout.comms.mail.Carrier;
import dev.backout.comms.mail.Carriers;
import dev.backout.comms.mail.MailProperties;
import dev.backout.kernel.Heard;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import dev.backout.people.OnCall;
import dev.backout.people.People;
import dev.backout.people.PeopleFixture;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.people.Rotation;

/** The module with everything real but the catalogue and the clock. */
final class CommsFixture {

	static final String RELEASE = "shop-2026.11.2";

	final LedgerFixture ledger;

	final People people;

	final OnCall onCall;

	final List<Object> events = new ArrayList<>();

	final MessageProperties properties;

	final Path data;

	final SettableClock clock = new SettableClock();

	final Templates templates;

	final Messages messages;

	final Outbox outbox;

	final Copies copies;

	final Deliveries deliveries;

	final Promises promises;

	final Links links;

	final Subscriptions subscriptions;

	final StatusPage page;

	final StatusPostStep statusPost;

	final NotifyStep notifyStep;

	private final Announcements announcements = new Announcements(this.events::add,
			(topic, about) -> hear(new Heard(topic, about)));

	CommsFixture(TestDatabase database, Path data) {
		this(database, data, ZoneOffset.UTC);
	}

	CommsFixture(TestDatabase database, Path data, ZoneId zone) {
		this.ledger = LedgerFixture.on(database, data);
		this.data = data;
		this.people = PeopleFixture.people(this.ledger);
		this.onCall = PeopleFixture.onCall(this.ledger, this.people);
		this.properties = new MessageProperties(null, URI.create("https://backout.shop.example"), "Shop operations",
				zone);
		var releases = new Shop();
		var jdbc = this.ledger.jdbc;
		var transaction = this.ledger.transaction;
		var mail = MailProperties.none();
		var table = new MessageTable(jdbc, this.clock);
		this.templates = new Templates(this.properties);
		this.outbox = new Outbox(jdbc, this.clock);
		this.links = new Links(jdbc, this.clock);
		var subscribers = new Subscribers(jdbc, this.clock);
		var audiences = new Audiences(releases, this.people, this.onCall, subscribers, this.clock);
		var known = new KnownFields(releases, this.people, this.onCall, this.properties, this.clock);
		var composer = new Composer(this.templates, known, new Frame(audiences, this.ledger.proofs, this.properties));
		this.promises = new Promises(jdbc, transaction, this.announcements, this.clock);
		var journal = new Journal(this.ledger.ledger, this.promises, this.announcements);
		var dispatch = new Dispatch(table, this.outbox, composer, audiences, journal);
		this.messages = new Messages(transaction, table, new Drafting(table, composer, this.properties, this.clock),
				dispatch, journal);
		this.copies = new Copies(table, this.outbox, this.links, this.properties, this.people);
		this.deliveries = new Deliveries(transaction, this.outbox, this.copies, Carriers.of(mail, data, this.clock),
				journal);
		this.subscriptions = new Subscriptions(this.messages, subscribers, this.links, this.properties);
		var news = new StatusNews(this.messages, subscribers, this.ledger.ledger, this.announcements, this.properties);
		this.page = new StatusPage(transaction, new StatusTable(jdbc), news, releases, this.clock);
		this.statusPost = new StatusPostStep(this.page, new StatusTexts(this.templates, known), releases, this.clock);
		this.notifyStep = new NotifyStep(this.messages);
	}

	/** With people as in the demo. */
	CommsFixture populated() {
		this.people.add(new Person("mira", "Mira Lang", "mira@shop.example", Set.of(Role.APPROVER)), null, "system");
		this.people.add(new Person("lena", "Lena Roth", "lena@shop.example", Set.of(Role.OPERATOR)), null, "system");
		this.people.add(new Person("jonas", "Jonas Weiß", "jonas@shop.example", Set.of(Role.OPERATOR)), null, "system");
		this.onCall.save(
				Rotation.always("shop-communications", "Communications", ZoneOffset.UTC,
						LocalDateTime.parse("2026-11-01T00:00"), Duration.ofDays(700), List.of("lena", "jonas")),
				"system");
		return this;
	}

	/** What other nodes hear, this one hears too. */
	private void hear(Heard news) {
		this.announcements.heard(news);
	}

	Sender sender(Carrier carrier) {
		return new Sender(this.outbox, this.copies, carrier, this.announcements, this.clock);
	}

	Sender senderTo(MailProperties mail) {
		return sender(Carriers.of(mail, this.data, this.clock));
	}

	/** A message to the stakeholders about a run, complete. */
	Message declared(String run) {
		return this.messages.draft(new MessageRequest("rollback-declared", null, run, RELEASE, Map.of()), "lena");
	}

	static final class SettableClock extends Clock {

		Instant now = Instant.parse("2026-11-23T03:00:00Z");

		void advance(Duration by) {
			this.now = this.now.plus(by);
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return this.now;
		}

	}

	/** A catalogue with one product and one release. */
	private static final class Shop implements Releases {

		private final Release release;

		Shop() {
			var changelog = new Changelog(Path.of("."), "changelog.xml");
			var components = List.of(new Component("catalog", "Catalog", List.of(), changelog),
					new Component("orders", "Orders", List.of("catalog"), changelog));
			var product = new Product("shop", "Shop", "shop", components, List.of(new Audience("stakeholders",
					"Heads of sales and support", List.of("sales@shop.example", "support@shop.example"))));
			var everything = new Selection(List.of(), List.of(), List.of());
			this.release = new Release(RELEASE, product, "2026.11.2", "Family names", null,
					components.stream()
						.map((component) -> new ReleaseComponent(component, everything, List.of(), List.of(), Map.of()))
						.toList(),
					new Owners("shop-commander", "shop-communications", "shop-review"), "shop", List.of(),
					List.of(new FailureMode("names", "Names are cut", "Customers with one name cannot pay.", 5, 2, 3,
							null, "rollback-release")));
		}

		@Override
		public Release get(String id) {
			if (!id.equals(RELEASE)) {
				throw new Rejected("catalog.unknown-release", id);
			}
			return this.release;
		}

		@Override
		public List<Release> all() {
			return List.of(this.release);
		}

		@Override
		public List<Product> products() {
			return List.of(this.release.product());
		}

	}

}
