/** Named suites of checks with minimum acceptable results; deviations. */
@NullMarked
package dev.backout.check;

import org.jspecify.annotations.NullMarked;
