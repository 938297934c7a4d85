// SPDX-License-Identifier: Apache-2.0

/// What `vmapcheck replay` exits with.
public enum ReplayStatus: Int32, Sendable, CaseIterable {
  case agrees = 0
  case disagrees = 1
  case usage = 2
  case cannotBeShown = 3
  case internalError = 4
  case interrupted = 130

  /// For helps.
  public var meaning: String {
    switch self {
    case .agrees: "the machine says what the model says"
    case .disagrees: "the machine disagrees with the model, or with what a spec expects"
    case .usage: "wrong usage, or a file that cannot be replayed"
    case .cannotBeShown: "something cannot be shown on this machine"
    case .internalError: "an error of vmapcheck's own"
    case .interrupted: "interrupted (Ctrl-C); the same command goes on where it was"
    }
  }

  /// Where several apply, the first of these.
  static let precedence: [ReplayStatus] = [
    .interrupted, .internalError, .usage, .disagrees, .cannotBeShown, .agrees,
  ]

  /// The one that stands for all of them.
  public static func worst(of statuses: some Sequence<ReplayStatus>) -> ReplayStatus {
    let all = Set(statuses)
    return precedence.first(where: all.contains) ?? .agrees
  }
}
