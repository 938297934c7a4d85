// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// Modules linked together: functions by number, globals at their addresses.
public struct Program: Sendable {
  /// One module and whose it is.
  public struct Unit: Sendable {
    /// The module.
    public var module: Module
    /// The module is the strategy under test; else it is the model.
    public var isStrategy: Bool
    /// What in it is a kernel tree's own text, by name.
    public var taken: Set<String>

    /// Makes a unit.
    public init(module: Module, isStrategy: Bool, taken: Set<String> = []) {
      self.module = module
      self.isStrategy = isStrategy
      self.taken = taken
    }
  }

  /// A global variable that a section collects.
  public struct Entry: Sendable {
    /// Its name in C.
    public var name: String
    /// Its address.
    public var address: UInt64
    /// Where it is defined.
    public var location: SourceLocation?
  }

  var code: [Code] = []
  /// Functions that another module may call, by name.
  private var exported: [String: Int] = [:]
  /// Functions and globals, ascending by base.
  var statics: [MemoryObject] = []
  private var functionAddresses: [UInt64: Int] = [:]
  private var sections: [String: [Entry]] = [:]
  /// The strategy's variables that outlive a call, by their names in C.
  public private(set) var staticVariables: [String] = []
  /// Those of them that a kernel tree's own text speaks of.
  public private(set) var takenStaticVariables: [String] = []
  /// What is a kernel tree's own text, by name.
  let taken: Set<String>

  static let functionBase: UInt64 = Memory.staticBase
  static let globalBase: UInt64 = Memory.staticBase + 0x1000_0000

  /// Links modules: internal names are a module's own; a strong definition wins over a weak one.
  ///
  /// - Throws: `ExecutionError` for a name that is defined twice, and for a global that the
  ///   semantics does not have.
  public init(_ units: [Unit]) throws(ExecutionError) {
    var linker = Linker()
    for unit in units { try linker.declare(unit) }
    code = try linker.lower(units)
    statics = try linker.lowerGlobals(units)
    exported = linker.exportedFunctions
    functionAddresses = linker.functionsByAddress
    sections = linker.sections(units)
    taken = units.reduce(into: []) { $0.formUnion($1.taken) }
    for unit in units where unit.isStrategy {
      let names = Linker.definedGlobals(unit.module).filter { !$0.isConstant }.map(\.name)
      let spokenOf = unit.module.globals(spokenOfIn: unit.taken)
      staticVariables += names.map(Program.nameInC)
      takenStaticVariables += names.filter(spokenOf.contains).map(Program.nameInC)
    }
  }

  /// A function's own are FUNCTION.NAME, or FUNCTION.NAME.1 and so on.
  private static func nameInC(_ global: String) -> String {
    let parts = global.split(separator: ".")
    return parts.count > 1 ? "\(parts[0])()'s \(parts[1])" : global
  }

  /// The globals of a section, in the order of their definition.
  public func entries(inSection name: String) -> [Entry] { sections[name] ?? [] }

  /// The number of a function that is not internal to its module.
  func function(named name: String) -> Int? { exported[name] }

  /// The function at an address.
  func function(at address: UInt64) -> Int? { functionAddresses[address] }
}
