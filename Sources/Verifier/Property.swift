// SPDX-License-Identifier: Apache-2.0

/// A property of the vmap contract. The order is that of `enum vmap_property` in
/// `vmapcheck/spec.h`; the names are stable.
public enum Property: Int, CaseIterable, Sendable, Hashable {
  case tailWrite, tailRead, mapsExactly, accepts, apiClass, noSplat, cleanFailure, noWrap
  case inBounds, refsHeld, cost

  /// The name on the command line and in every output.
  public var name: String {
    switch self {
    case .tailWrite: "tail-write"
    case .tailRead: "tail-read"
    case .mapsExactly: "maps-exactly"
    case .accepts: "accepts"
    case .apiClass: "api-class"
    case .noSplat: "no-splat"
    case .cleanFailure: "clean-failure"
    case .noWrap: "no-wrap"
    case .inBounds: "in-bounds"
    case .refsHeld: "refs-held"
    case .cost: "cost"
    }
  }

  /// What must hold, in a sentence.
  public var claim: String {
    switch self {
    case .tailWrite: "no store lands in a struct page that HVO freed"
    case .tailRead: "no load comes from a struct page that HVO freed"
    case .mapsExactly: "page i of the mapping is page i of the ranges, and nothing else is mapped"
    case .accepts: "a valid buffer is not refused"
    case .apiClass: "each API gets the memory it is for, and unmap matches map"
    case .noSplat: "no WARN, BUG, oops or sleep in atomic context"
    case .cleanFailure: "a failure leaves nothing mapped, allocated or referenced"
    case .noWrap: "no size, count or address arithmetic wraps or is truncated"
    case .inBounds: "every access is inside its object, initialised and alive"
    case .refsHeld: "every mapped folio is referenced for as long as it is mapped"
    case .cost: "metadata takes no more bytes than the spec states"
    }
  }

  /// The property of a name.
  public init?(name: String) {
    guard let match = Property.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  /// The properties must be reached at a point of their own: one that no run comes to is vacuous.
  public var hasPoint: Bool {
    switch self {
    case .mapsExactly, .accepts, .cleanFailure, .refsHeld, .cost: true
    default: false
    }
  }
}

/// What the author of a spec expects: `enum vmap_expectation`.
public enum Expectation: Int, Sendable, Hashable {
  case holds, proved, refuted, vacuous, notApplicable

  /// The word for it.
  public var name: String {
    switch self {
    case .holds: "holds"
    case .proved: "proved"
    case .refuted: "refuted"
    case .vacuous: "vacuous"
    case .notApplicable: "not applicable"
    }
  }
}
