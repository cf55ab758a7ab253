/** A shop with a bad release, and the people who look after it: for the first start. */
@NullMarked
package dev.backout.demo;

import org.jspecify.annotations.NullMarked;
