/** The sample product of the first start: its people, its data, its bad release. */
@NullMarked
package dev.backout.demo;

import org.jspecify.annotations.NullMarked;
