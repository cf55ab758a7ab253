package dev.backout.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.backout.kernel.Rejected;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CatalogTests {

	@TempDir
	Path root;

	@BeforeEach
	void aProductWithTwoReleases() throws IOException {
		write("shop/orders.sql", "--liquibase formatted sql");
		write("shop/product.yaml", """
				product: shop
				name: Shop
				target: shop
				components:
				  - {id: orders, name: Orders, dependsOn: [catalog], changelog: shop/orders.sql}
				  - {id: catalog, name: Catalog, changelog: shop/orders.sql}
				""");
		write("shop/releases/b.yaml", release("2", "previous: shop-1"));
		write("shop/releases/z.yaml", release("1", ""));
	}

	@Test
	void shipsADemoWhoseComponentsAreInDeploymentOrder() {
		var release = Catalog.at(Path.of("demo/catalog")).get("shop-2026.11.2");

		assertThat(release.target()).isEqualTo("shop");
		assertThat(release.components()).extracting((part) -> part.component().id())
			.containsExactly("catalog", "orders");
		assertThat(release.flags()).containsExactly("family-names", "one-closing-status");
		assertThat(release.failureModes()).extracting(FailureMode::id).startsWith("orders-not-shipped");
	}

	@Test
	void deploysDependenciesFirstHoweverTheyAreWritten() {
		var release = Catalog.at(this.root).get("shop-1");

		assertThat(release.components()).extracting((part) -> part.component().id())
			.containsExactly("catalog", "orders");
	}

	@Test
	void ordersReleasesByTheirPredecessors() {
		assertThat(Catalog.at(this.root).all()).extracting(Release::id).containsExactly("shop-1", "shop-2");
	}

	@Test
	void namesTheKnownReleasesWhenAskedForAnother() {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> Catalog.at(this.root).get("shop-3"))
			.withMessage("Release 'shop-3' is unknown; the catalogue has shop-1, shop-2");
	}

	@Test
	void seesAChangedFile() throws IOException {
		var catalog = Catalog.at(this.root);
		write("shop/releases/c.yaml", release("3", "previous: shop-2"));

		assertThat(catalog.get("shop-3").previous()).isEqualTo("shop-2");
	}

	@Test
	void namesFileLineValueAndMendOfEveryMistake() throws IOException {
		write("shop/product.yaml", """
				product: shop
				name: Shop
				target: The Shop
				components:
				  - id: orders
				    nam: Orders
				    changelog: shop/orders.sql
				""");

		assertThatExceptionOfType(InvalidManifest.class).isThrownBy(() -> Catalog.at(this.root))
			.withMessageContaining("shop/product.yaml:3 target: 'The Shop': does not match")
			.withMessageContaining("give lower-case letters, digits and hyphens")
			.withMessageContaining("shop/product.yaml:6 components[0]: unknown 'nam'; known here are id, name")
			.withMessageContaining("shop/product.yaml:5 components[0]: 'name' is missing; add it");
	}

	@Test
	void refusesWhatIsNotYaml() throws IOException {
		write("shop/product.yaml", "product: shop\nname: [Shop\n");

		assertThatExceptionOfType(InvalidManifest.class).isThrownBy(() -> Catalog.at(this.root))
			.withMessageStartingWith("shop/product.yaml:");
	}

	@Test
	void refusesADependencyCircle() throws IOException {
		write("shop/product.yaml", """
				product: shop
				name: Shop
				target: shop
				components:
				  - {id: orders, name: Orders, dependsOn: [catalog], changelog: shop/orders.sql}
				  - {id: catalog, name: Catalog, dependsOn: [orders], changelog: shop/orders.sql}
				""");

		assertThatExceptionOfType(InvalidManifest.class).isThrownBy(() -> Catalog.at(this.root))
			.withMessageContaining("in a circle: catalog on orders, orders on catalog");
	}

	@Test
	void refusesAMissingChangelog() throws IOException {
		Files.delete(this.root.resolve("shop/orders.sql"));

		assertThatExceptionOfType(InvalidManifest.class).isThrownBy(() -> Catalog.at(this.root))
			.withMessageContaining("shop/product.yaml:5 the changelog 'shop/orders.sql' does not exist");
	}

	@Test
	void refusesAnUnknownPredecessorAndAReleaseBeforeItself() throws IOException {
		write("shop/releases/b.yaml", release("2", "previous: shop-9"));
		assertThatExceptionOfType(InvalidManifest.class).isThrownBy(() -> Catalog.at(this.root))
			.withMessageContaining("release 'shop-9' is unknown; the product has");

		write("shop/releases/b.yaml", release("2", "previous: shop-2"));
		assertThatExceptionOfType(InvalidManifest.class).isThrownBy(() -> Catalog.at(this.root))
			.withMessageContaining("release 'shop-2' comes before itself");
	}

	@Test
	void refusesAReleaseWhoseIdIsNotProductAndVersion() throws IOException {
		write("shop/releases/b.yaml", release("2", "").replace("shop-2", "store-2"));

		assertThatExceptionOfType(InvalidManifest.class).isThrownBy(() -> Catalog.at(this.root))
			.withMessageContaining("shop/releases/b.yaml:1 release: 'store-2' must be 'shop-2', product and version");
	}

	@Test
	void saysHowToNameACatalogueWhenThereIsNone() {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> Catalog.empty().get("shop-1"))
			.withMessageContaining("--backout.catalog.directory");
	}

	private static String release(String version, String more) {
		return """
				release: shop-%s
				version: "%s"
				title: A release
				components:
				  - {component: orders, changesets: {labels: [one]}}
				  - {component: catalog, changesets: {labels: [one]}}
				owners: {commander: commander, communications: comms-lead, review: commander}
				checks: shop
				%s
				""".formatted(version, version, more);
	}

	private void write(String file, String text) throws IOException {
		var path = this.root.resolve(file);
		Files.createDirectories(path.getParent());
		Files.writeString(path, text);
	}

}
