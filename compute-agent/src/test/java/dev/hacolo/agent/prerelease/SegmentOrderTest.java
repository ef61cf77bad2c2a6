package dev.hacolo.agent.prerelease;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.prerelease.SegmentOrder.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SegmentOrderTest {
  private static Place place(SegmentOrder order, int from, String text) {
    byte[] data = ("--" + text).getBytes(US_ASCII);
    return order.place(from, data, 2, text.length());
  }

  /** Numbers begin anywhere, and go over their end. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1000, Integer.MAX_VALUE - 3, -3})
  void whatGoesOnIsNextAndWhatComesAgainIsNot(int first) {
    SegmentOrder order = new SegmentOrder(first);
    assertThat(place(order, first, "abc")).isEqualTo(Place.NEXT);
    assertThat(place(order, first, "abc")).isEqualTo(Place.REPEATED);
    assertThat(place(order, first, "abX")).isEqualTo(Place.UNKNOWN);
    assertThat(place(order, first, "ab")).isEqualTo(Place.UNKNOWN);
    assertThat(place(order, first + 1, "bcd")).isEqualTo(Place.UNKNOWN);
    assertThat(place(order, first + 4, "e")).isEqualTo(Place.UNKNOWN);
    assertThat(place(order, first + 3, "de")).isEqualTo(Place.NEXT);
    assertThat(place(order, first, "abc")).isEqualTo(Place.UNKNOWN);
  }

  @Test
  void whatIsAcknowledgedMayComeAsAnything() {
    SegmentOrder order = new SegmentOrder(10);
    assertThat(place(order, 10, "abc")).isEqualTo(Place.NEXT);
    order.received(12);
    assertThat(place(order, 10, "xy")).isEqualTo(Place.REPEATED);
    assertThat(place(order, 10, "xyz")).isEqualTo(Place.UNKNOWN);
    order.received(13);
    assertThat(place(order, 10, "xyz")).isEqualTo(Place.REPEATED);
    order.received(11); // an old acknowledgement
    assertThat(place(order, 10, "xyz")).isEqualTo(Place.REPEATED);
  }

  /** Nothing is known behind what was seen. */
  @Test
  void anAcknowledgementAheadCountsForNothing() {
    SegmentOrder order = new SegmentOrder(10);
    order.received(20);
    assertThat(place(order, 12, "x")).isEqualTo(Place.UNKNOWN);
  }

  @Test
  void longSegmentsAreNotKept() {
    SegmentOrder order = new SegmentOrder(0);
    byte[] data = new byte[5000];
    assertThat(order.place(0, data, 0, 4096)).isEqualTo(Place.NEXT);
    assertThat(order.place(0, data, 0, 4096)).isEqualTo(Place.REPEATED);
    assertThat(order.place(4096, data, 0, 4097)).isEqualTo(Place.NEXT);
    assertThat(order.place(4096, data, 0, 4097)).isEqualTo(Place.UNKNOWN);
  }
}
