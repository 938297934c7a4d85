// SPDX-License-Identifier: Apache-2.0

import Verifier

/// A set of properties.
public struct PropertySet: Sendable, Hashable, Codable {
  /// Bit p stands for the property of number p.
  public var bits: UInt32

  /// Whether a property is in the set.
  public func contains(_ property: Property) -> Bool { bits >> UInt32(property.rawValue) & 1 != 0 }
}

/// One run of a drawn case.
public struct CaseResult: Sendable, Hashable, Codable {
  /// What became of the run.
  public enum Outcome: String, Sendable, Codable {
    case ended
    /// This machine has no room for the buffer, or the run takes too much of it.
    case cannot
    /// The process of the run ended in a way that the machine does not know.
    case crashed
    /// No drawn buffer satisfies the spec's assumptions.
    case rejected
  }

  /// The case's number; with the seed it says which buffer it is.
  public var number: UInt64
  /// What became of it.
  public var outcome: Outcome
  /// What the model's own C says is violated.
  public var model: PropertySet
  /// What the machine shows to be violated.
  public var machine: PropertySet
  /// What it shows at the page and the address that the model looks at.
  public var watched: PropertySet
  /// The properties whose point was reached.
  public var reached: PropertySet
  /// What the model says nothing about.
  public var notApplicable: PropertySet
  /// Model and machine differ in contents, leaves or layout.
  public var differs: Bool

  /// Reads the fields of a line of the machine's.
  init?(fields: [String]) {
    guard fields.count >= 8, let number = UInt64(fields[0]),
      let outcome = Outcome(rawValue: fields[1])
    else { return nil }
    let sets = fields[2..<7].compactMap { UInt32($0, radix: 16) }.map(PropertySet.init)
    guard sets.count == 5 else { return nil }
    self.number = number
    self.outcome = outcome
    (model, machine, watched) = (sets[0], sets[1], sets[2])
    (reached, notApplicable) = (sets[3], sets[4])
    differs = fields[7] == "1"
  }

  /// A case of which the machine has told nothing.
  init(crashed number: UInt64) {
    self.number = number
    outcome = .crashed
    let none = PropertySet(bits: 0)
    (model, machine, watched, reached, notApplicable) = (none, none, none, none, none)
    differs = false
  }

  /// Whether model and machine say the same of a property.
  ///
  /// The model looks at one watched page and one watched address; the machine at all of them, so
  /// it is compared by what it sees there.
  public func agrees(on property: Property) -> Bool {
    let model = model.contains(property)
    let machine = watched.contains(property)
    switch property {
    case .tailWrite, .tailRead, .mapsExactly, .accepts, .cleanFailure, .noWrap, .inBounds, .cost:
      return model == machine
    // Of these the machine sees a part: what it sees, the model has to say.
    case .apiClass, .noSplat, .refsHeld: return model || !machine
    }
  }
}
