package dev.hacolo.service.openstack;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Reads a body into memory and gives up when it grows past a limit. */
final class BoundedBody implements BodySubscriber<byte[]> {
  private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();
  private final long limit;
  private long seen;
  private @Nullable Subscription subscription;

  BoundedBody(long limit) {
    this.limit = limit;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return bytes.getBody();
  }

  @Override
  public void onSubscribe(Subscription newSubscription) {
    subscription = newSubscription;
    bytes.onSubscribe(newSubscription);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    if (seen > limit) {
      return; // Already failed; what was under way is dropped.
    }
    seen += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
    if (seen > limit) {
      if (subscription != null) {
        subscription.cancel();
      }
      bytes.onError(new IOException("the answer is longer than " + limit + " bytes"));
      return;
    }
    bytes.onNext(buffers);
  }

  @Override
  public void onError(Throwable fault) {
    bytes.onError(fault);
  }

  @Override
  public void onComplete() {
    if (seen <= limit) {
      bytes.onComplete();
    }
  }
}
