// SPDX-License-Identifier: Apache-2.0

import Execution
import SMT

/// What became of a mutant under one spec.
public enum Judgement: Sendable {
  /// `verify` would not say of it that it is as expected.
  case killed(Kill)
  /// It would. Of these properties there was a proof without the fault, which was not asked for.
  case survived(unproved: [Property])
  /// It would, as no run comes by the line: neither within small bounds nor in a proof.
  case unreached
  /// There was no answer, for a reason.
  case inconclusive(reason: String)
}

/// What gives a mutant away.
public enum Kill: Sendable {
  /// A verdict that is not the expected one.
  case verdict(PropertyResult)
  /// The C does what the semantics does not have, in words.
  case failure(String)
  /// A loop goes on where it had ended before.
  case endless(CallSite)
}

/// Holds mutants against one spec of their file.
public struct MutantJudge: Sendable {
  /// The spec without a fault.
  public let original: SpecResult
  private let settings: VerifierSettings
  /// Of a small search of it.
  private let quick: SpecResult
  private let quickSettings: VerifierSettings

  /// Small buffers, which most faults show with: the first that a spec has any of. They are no
  /// larger than what the spec itself was searched with.
  private static func quickBounds(_ original: SpecResult) -> [Bounds] {
    guard let own = original.properties.lazy.compactMap(\.bounds).first else {
      return [Bounds(ranges: 2, pages: 2), Bounds(ranges: 2, pages: nil)]
    }
    return [Bounds(ranges: min(own.ranges, 2), pages: own.pages.map { min($0, 2) }), own]
  }
  /// Rounds of a loop that no such buffer asks for.
  private static let quickRounds = 1000

  /// Verifies the spec without a fault; mutants say nothing where that is not as expected.
  ///
  /// - Throws: as ``SpecFile/verify(_:settings:)``.
  public init(_ file: SpecFile, spec: String, settings: VerifierSettings) throws {
    var settings = settings
    settings.explainsVacuity = false
    self.settings = settings
    original = try file.verify(spec, settings: settings)
    var quick: SpecResult?
    var quickSettings = settings
    for bounds in MutantJudge.quickBounds(original)
    where quick?.properties.allSatisfy(\.isVacuous) != false {
      quickSettings = MutantJudge.quick(settings, bounds)
      quick = try file.verify(spec, settings: quickSettings)
    }
    self.quickSettings = quickSettings
    self.quick = quick ?? original
  }

  /// Whether mutants can be held against the spec.
  public var isUsable: Bool { original.isAsExpected }

  /// Judges a mutant: first by a small search, then as `verify` does.
  ///
  /// - Parameters:
  ///   - mutant: the file with the fault.
  ///   - line: where the fault is.
  ///   - onSolver: is handed what ends a check.
  /// - Throws: `CancellationError`, and what the solver throws.
  public func judge(
    _ mutant: SpecFile, at line: CodeLine, onSolver: @escaping @Sendable (Interrupter) -> Void
  ) throws -> Judgement {
    var settings = self.settings
    settings.onSolver = onSolver
    var quickSettings = self.quickSettings
    quickSettings.onSolver = onSolver
    do {
      let small = try mutant.verify(original.name, settings: quickSettings)
      if let kill = kill(small) { return .killed(kill) }
      let judgement =
        isByContract(line.function)
        ? .survived(unproved: [])
        : judge(try mutant.verify(original.name, settings: settings))
      if case .survived = judgement, isUnreached(line) { return .unreached }
      return judgement
    } catch let failure as SpecFailure {
      return .killed(.failure(failure.message))
    }
  }

  /// Whether all is proved, and without the function: what its text does instead, no proof of this
  /// spec can notice.
  public func isByContract(_ function: String) -> Bool {
    guard let entered = original.provedThrough, !entered.contains(function) else { return false }
    return original.properties.allSatisfy { $0.isProved || $0.isNotApplicable }
  }

  /// A search that ends before it has seen every run does not tell.
  private func isUnreached(_ line: CodeLine) -> Bool {
    original.unreached.contains(line) && quick.unreached.contains(line)
  }

  /// Within small bounds only a counterexample and an endless loop mean anything.
  private func kill(_ small: SpecResult) -> Kill? {
    let known = Set((quick.properties + original.properties).filter(\.isRefuted).map(\.property))
    if let result = small.properties.first(where: { $0.isRefuted && !known.contains($0.property) })
    {
      return .verdict(result)
    }
    if let site = small.endless, quick.endless == nil { return .endless(site) }
    return nil
  }

  private func judge(_ result: SpecResult) -> Judgement {
    let amiss = result.properties.filter { !$0.isAsExpected }
    if let other = amiss.first(where: { !$0.isUnknown }) { return .killed(.verdict(other)) }
    if let site = result.endless, original.endless == nil { return .killed(.endless(site)) }
    if let unknown = amiss.first, case .unknown(let reason) = unknown.verdict {
      return .inconclusive(reason: "\(unknown.property.name): \(reason)")
    }
    let before = Set(original.properties.filter(\.isProved).map(\.property))
    let lost = result.properties.filter { before.contains($0.property) && !$0.isProved }
    return .survived(unproved: lost.map(\.property))
  }

  private static func quick(
    _ settings: VerifierSettings, _ bounds: Bounds
  ) -> VerifierSettings {
    var settings = settings
    settings.bounds = bounds
    settings.unwindLimit = quickRounds
    settings.endsAtUnwinding = true
    return settings
  }
}

extension PropertyResult {
  fileprivate var isRefuted: Bool { if case .refuted = verdict { true } else { false } }
  /// How far the search went; nil where it is proved, or says nothing.
  fileprivate var bounds: Bounds? {
    switch verdict {
    case .bounded(let bounds): bounds
    case .refuted(let counterexample): counterexample.bounds
    default: nil
    }
  }

  fileprivate var isVacuous: Bool { if case .vacuous = verdict { true } else { false } }
  fileprivate var isUnknown: Bool { if case .unknown = verdict { true } else { false } }
  fileprivate var isNotApplicable: Bool {
    if case .notApplicable = verdict { true } else { false }
  }
  fileprivate var isProved: Bool { if case .proved = verdict { true } else { false } }
}
