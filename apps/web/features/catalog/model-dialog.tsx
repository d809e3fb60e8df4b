// The model list as a dialog: to answer again with another model.
import { Dialog } from "~/ui/dialog";
import { ModelList, type ModelListProps } from "./model-list";

export interface ModelDialogProps extends ModelListProps {
  title: string;
  onClose: () => void;
}

export default function ModelDialog({ title, onClose, ...list }: ModelDialogProps) {
  return (
    <Dialog open onOpenChange={onClose} title={title}>
      <ModelList {...list} />
    </Dialog>
  );
}
