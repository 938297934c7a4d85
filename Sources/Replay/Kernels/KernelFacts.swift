// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a booted kernel is, and what its controls have shown.
public struct KernelFacts: Sendable, Hashable, Codable {
  /// `uname -r`.
  public var release: String
  /// `uname -v`: the build's identity.
  public var version: String
  /// Its package; nil for a kernel of the user's own.
  public var package: String?
  /// Hugetlb folios have their tail struct pages freed.
  public var hvo: Bool
  /// Its configuration.
  public var configuration: KernelMachine.Configuration
  /// vmap_pfn() maps what is no memory.
  public var mapsBar: Bool
  /// A raw store to struct page 63 of a hugetlb folio goes through.
  public var storesTo63: Bool
  /// The same of struct page 64.
  public var storesTo64: Bool
  /// What the kernel says of that one, where it does not.
  public var fault: [String]

  /// "6.12" of "6.12.117+deb12-amd64".
  public var series: String {
    release.split(separator: ".").prefix(2).joined(separator: ".")
  }
}

extension KernelAgent {
  /// Has the controls run that leave the kernel as it is, and gives the facts.
  ///
  /// - Parameter isHVO: whether HVO is on in it, for new folios.
  func quickControls(_ machine: KernelMachine, isHVO: Bool) throws -> KernelFacts {
    let answer = try ask("facts")
    let configuration = try machine.configuration()
    func failed(_ reason: String) -> KernelError {
      .control(machine: machine.title, reason: reason)
    }
    guard let module = answer.module, let release = answer.release else {
      throw failed("the module does not answer")
    }
    guard release == machine.release else {
      throw failed("it is \(release), and its headers are of \(machine.release)")
    }
    let mapsBar = module.barMapped == true && module.barRight == true
    if configuration.vmapPfn && !mapsBar && !machine.isHost {
      throw failed("vmap_pfn() does not map a BAR")
    }
    guard module.orderRight == true else {
      throw failed("pages that are mapped the other way around are not seen so")
    }
    guard let ordinary = module.ordinary, ordinary.kept.storable, ordinary.freed.storable else {
      throw failed("a hugetlb folio without HVO has struct pages that cannot be stored to")
    }
    if isHVO {
      guard let optimized = module.optimized else { throw failed("HVO optimises no folio") }
      guard optimized.kept.storable, !optimized.freed.storable, !optimized.freed.writable else {
        throw failed("struct pages 63 and 64 of an optimised folio are not as HVO leaves them")
      }
    } else if module.optimized != nil {
      throw failed("a folio is optimised, and HVO is off")
    }
    return KernelFacts(
      release: release, version: answer.version ?? "", package: machine.package, hvo: isHVO,
      configuration: configuration, mapsBar: mapsBar, storesTo63: true, storesTo64: !isHVO,
      fault: [])
  }

  /// Has the raw stores tried, of which one may oops: the guest is not to be used any more.
  func rawControls(_ known: KernelFacts, _ machine: KernelMachine) throws -> KernelFacts {
    var facts = known
    let number = facts.hvo ? 1 : 0
    facts.storesTo63 = try ask("poke \(number) 63").signal == 0
    let answer = try ask("poke \(number) 64")
    facts.storesTo64 = answer.signal == 0
    facts.fault = (answer.log ?? []).filter {
      $0.hasPrefix("BUG: ") || $0.hasPrefix("#PF: ") || $0.hasPrefix("Oops")
    }
    guard facts.storesTo63, facts.storesTo64 == !facts.hvo else {
      throw KernelError.control(
        machine: machine.title,
        reason: "a store to struct page 63 \(facts.storesTo63 ? "goes through" : "faults"), and "
          + "to 64 \(facts.storesTo64 ? "goes through" : "faults"), with HVO "
          + (facts.hvo ? "on" : "off"))
    }
    return facts
  }
}
