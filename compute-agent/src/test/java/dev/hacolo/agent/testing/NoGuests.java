package dev.hacolo.agent.testing;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.driver.GuestDriver;
import dev.hacolo.agent.driver.SecondaryVm;
import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.HostReport;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** A driver of a host that can run nothing. */
public final class NoGuests implements GuestDriver {
  private static <T> Future<T> no() {
    return Future.failedFuture(new StepException("this host runs nothing"));
  }

  @Override
  public Future<List<HostReport.Guest>> guests() {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<ColoVm> open(UUID instance) {
    return no();
  }

  @Override
  public Future<SecondaryVm> startSecondary(GuestDescription guest) {
    return no();
  }

  @Override
  public Future<Void> promoting(ColoVm vm) {
    return no();
  }

  @Override
  public Future<Void> openTaps(GuestDescription guest) {
    return no();
  }

  @Override
  public Future<Boolean> isUnsettled(UUID instance) {
    return Future.succeededFuture(false);
  }

  @Override
  public Future<Void> adopt(ColoVm vm) {
    return no();
  }

  @Override
  public Future<Void> kill(UUID instance) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> removeSecondary(UUID instance) {
    return Future.succeededFuture();
  }
}
