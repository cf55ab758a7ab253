package dev.backout.desk;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A Chromium for tests that look at pages. Without one on the machine such tests are
 * skipped and say so; with {@code CI=true} they fail.
 */
public final class Browsers implements AutoCloseable {

	private static final List<String> RULES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
			"best-practice");

	/** The machine may be busy with other tests: a bound, not a wait. */
	private static final int PATIENCE_MILLIS = 60_000;

	private final Playwright playwright;

	private final Browser browser;

	private final List<String> problems = new ArrayList<>();

	private Browsers(Path chromium, Path node) {
		this.playwright = Playwright.create(new Playwright.CreateOptions()
			.setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1", "PLAYWRIGHT_NODEJS_PATH", node.toString())));
		this.browser = this.playwright.chromium()
			.launch(new BrowserType.LaunchOptions().setExecutablePath(chromium)
				.setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking",
						"--disable-component-update", "--disable-sync", "--no-first-run")));
	}

	/** A browser, or a skipped test that says what is missing. */
	public static Browsers start() {
		var chromium = Stream
			.of(System.getenv("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
					"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
			.filter((path) -> path != null && Files.isExecutable(Path.of(path)))
			.map(Path::of)
			.findFirst();
		need(chromium.isPresent(), "Browser tests need a Chromium: install one, or set CHROMIUM to its path");
		var node = onPath("node").or(() -> onPath("node.exe"));
		need(node.isPresent(), "Browser tests need Node on the PATH");
		need(Browsers.class.getResource("/static/assets/app.js") != null,
				"Browser tests need the bundled pages: run Maven without -Dfrontend.skip");
		PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
		return new Browsers(chromium.get(), node.get());
	}

	private static void need(boolean there, String message) {
		if (Boolean.parseBoolean(System.getenv("CI"))) {
			assertThat(there).as(message).isTrue();
		}
		if (!there) {
			System.err.println("SKIPPED: " + message);
		}
		assumeTrue(there, message);
	}

	private static Optional<Path> onPath(String program) {
		return Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
			.map((directory) -> Path.of(directory, program))
			.filter(Files::isExecutable)
			.findFirst();
	}

	/** How somebody looks at a page: width, colour scheme, scripts. */
	public record View(int width, int height, boolean dark, boolean scripts) {

		public static final View DESKTOP = new View(1280, 900, false, true);

		public static final View PHONE = new View(390, 844, false, true);

		/** The narrowest that must do (WCAG 1.4.10). */
		public static final View NARROW = new View(320, 640, false, true);

		public View inTheDark() {
			return new View(this.width, this.height, true, this.scripts);
		}

		public View withoutScripts() {
			return new View(this.width, this.height, this.dark, false);
		}

		@Override
		public String toString() {
			return this.width + (this.dark ? "-dark" : "") + (this.scripts ? "" : "-scripts-off");
		}

	}

	/** A fresh visitor: no cookies of others. */
	public BrowserContext visitor(View view) {
		var context = this.browser
			.newContext(new Browser.NewContextOptions().setViewportSize(view.width(), view.height())
				.setColorScheme(view.dark() ? ColorScheme.DARK : ColorScheme.LIGHT)
				.setReducedMotion(ReducedMotion.REDUCE)
				.setTimezoneId("Europe/Berlin")
				.setJavaScriptEnabled(view.scripts()));
		context.setDefaultTimeout(PATIENCE_MILLIS);
		context.onConsoleMessage((message) -> {
			if (message.type().equals("error")) {
				this.problems.add(message.text() + " at " + message.location());
			}
		});
		context.onWebError((error) -> this.problems.add("script: " + error.error()));
		return context;
	}

	/**
	 * Console errors since the last call; refusals of the content policy are among them.
	 */
	public List<String> takeProblems() {
		var taken = List.copyOf(this.problems);
		this.problems.clear();
		return taken;
	}

	/**
	 * Whether everybody can use the page: axe finds nothing, and nothing scrolls
	 * sideways.
	 */
	public static void assertUsable(Page page) {
		// Legacy mode asks in the page itself instead of opening another one for each
		// question.
		var found = new AxeBuilder(page).setLegacyMode(true).withTags(RULES).exclude("iframe").analyze();
		var violations = found.getViolations()
			.stream()
			.map((rule) -> "%s: %s e.g. %s %s".formatted(rule.getId(), rule.getHelp(), rule.getNodes().get(0).getHtml(),
					rule.getNodes().get(0).getFailureSummary()))
			.toList();
		assertThat(violations).as(page.url()).isEmpty();
		assertThat(found.getPasses()).as("rules that were checked").hasSizeGreaterThan(10);
		assertThat(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
			.as("pixels that %s scrolls sideways", page.url())
			.isEqualTo(0);
	}

	/** Keeps a picture under {@code target/pictures} for people to look at. */
	public static void picture(Page page, String name) {
		page.screenshot(
				new Page.ScreenshotOptions().setPath(Path.of("target/pictures", name + ".png")).setFullPage(true));
	}

	@Override
	public void close() {
		this.browser.close();
		this.playwright.close();
	}

}
