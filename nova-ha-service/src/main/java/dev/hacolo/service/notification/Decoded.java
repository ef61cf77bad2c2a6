package dev.hacolo.service.notification;

/** Outcome of decoding a message body. */
public sealed interface Decoded {
  /**
   * A notification.
   *
   * @param messageId oslo.messaging's inner id, the one to recognise duplicates by
   * @param notification what it means
   */
  record Message(String messageId, Notification notification) implements Decoded {}

  /**
   * Not a notification of Nova's.
   *
   * @param reason one sentence without the message's content
   */
  record Malformed(String reason) implements Decoded {}
}
