package dev.backout.demo;

import java.sql.SQLException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Sets the demo up at the first start, before the pages are served and before any step
 * runs; a later start finds every part of it done.
 */
@Component
@ConditionalOnProperty("backout.demo.enabled")
class DemoInstallation implements SmartLifecycle {

	static final String GOOD = "shop-2026.11.1";

	static final String BAD = "shop-2026.11.2";

	private static final Logger LOG = LoggerFactory.getLogger(DemoInstallation.class);

	private final DemoPeople people;

	private final DemoTarget shop;

	private final DemoReleases releases;

	private final DemoWitness witness;

	private final DemoProperties properties;

	private volatile boolean running;

	DemoInstallation(DemoPeople people, DemoTarget shop, DemoReleases releases, DemoWitness witness,
			DemoProperties properties) {
		this.people = people;
		this.shop = shop;
		this.releases = releases;
		this.witness = witness;
		this.properties = properties;
	}

	@Override
	public void start() {
		this.people.introduce();
		try {
			install();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The demo's shop could not be set up", ex);
		}
		this.running = true;
	}

	private void install() throws SQLException {
		if (this.shop.done("shop")) {
			return;
		}
		LOG.info("Setting up the demo: a shop with {} rows", this.properties.rows());
		this.releases.deploy(GOOD);
		this.shop.once("rows", (connection) -> {
			new ShopData(this.properties.rows()).fill(connection);
			ShopHealth.begin(connection);
		});
		if (!this.shop.done("bad release")) {
			this.releases.switchFlags(BAD, false);
			this.witness.before();
			this.releases.recordEpoch(BAD);
			this.releases.deploy(BAD);
			this.releases.switchFlags(BAD, true);
			this.shop.once("bad release", ShopHealth::worsen);
		}
		this.shop.once("life", ShopLife::happen);
		this.witness.after();
		this.shop.once("shop", (connection) -> LOG.info("The demo is set up"));
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Early: the web server and the step workers start at the end. */
	@Override
	public int getPhase() {
		return 0;
	}

}
