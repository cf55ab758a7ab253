package dev.backout.check;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/**
 * The minimum acceptable result: bounds for a measured figure, or an exact value.
 *
 * @param least smallest acceptable figure
 * @param most largest acceptable figure
 * @param equal the only acceptable value, as text
 */
public record Minimum(@Nullable BigDecimal least, @Nullable BigDecimal most, @Nullable String equal) {

	/** Nothing may offend. */
	public static final Minimum NOTHING = new Minimum(null, BigDecimal.ZERO, null);

	/** Whether the measured value will do. A text that is no figure is never in range. */
	public boolean accepts(String value) {
		if (this.equal != null && !sameValue(this.equal, value)) {
			return false;
		}
		if (this.least == null && this.most == null) {
			return true;
		}
		var figure = figure(value);
		return figure != null && (this.least == null || figure.compareTo(this.least) >= 0)
				&& (this.most == null || figure.compareTo(this.most) <= 0);
	}

	private static boolean sameValue(String left, String right) {
		var leftFigure = figure(left);
		var rightFigure = figure(right);
		return (leftFigure != null && rightFigure != null) ? leftFigure.compareTo(rightFigure) == 0
				: left.equals(right);
	}

	private static @Nullable BigDecimal figure(String value) {
		try {
			return new BigDecimal(value.strip());
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	/** As people read it: {@code at least 1, at most 5}. */
	@Override
	public String toString() {
		if (this.equal != null) {
			return "exactly " + this.equal;
		}
		if (this.least != null && this.most != null) {
			return "from " + this.least.toPlainString() + " to " + this.most.toPlainString();
		}
		if (this.least != null) {
			return "at least " + this.least.toPlainString();
		}
		return (this.most != null) ? "at most " + this.most.toPlainString() : "anything";
	}

}
