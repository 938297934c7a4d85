// SPDX-License-Identifier: Apache-2.0

/// What vmapcheck exits with.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  case success = 0
  case unexpected = 1
  case usage = 2
  case unknown = 3
  case internalError = 4
  case interrupted = 130

  /// For helps.
  public var meaning: String {
    switch self {
    case .success: "every verdict is as its spec expects"
    case .unexpected: "some verdict is not as its spec expects"
    case .usage: "wrong usage, or a spec with errors or not understood"
    case .unknown: "some verdict is unknown, or out of budget"
    case .internalError: "an error of vmapcheck's own"
    case .interrupted: "interrupted (Ctrl-C); what was known by then is printed"
    }
  }

  /// Where several apply, the first of these.
  static let precedence: [ExitStatus] = [
    .interrupted, .internalError, .usage, .unexpected, .unknown, .success,
  ]

  /// The one that stands for all of them.
  public static func worst(of statuses: some Sequence<ExitStatus>) -> ExitStatus {
    let all = Set(statuses)
    return precedence.first(where: all.contains) ?? .success
  }
}
